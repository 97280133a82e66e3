"""Evidence 凭证: files that people show in a case, checked by content, kept behind one port."""
