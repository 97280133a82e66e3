"""Refunds through WeChat Pay."""
