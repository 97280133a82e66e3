"""What may be written in the language of diagrams; everything else is an error with its line.

RestrictedPython walks the syntax; what can grow is routed through the guards of
``engine.spiff.bounds``, under the names that ``engine.spiff.language`` gives them.
"""

from __future__ import annotations

import ast
from typing import Any

from RestrictedPython.transformer import RestrictingNodeTransformer

from engine.spiff import bounds

_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "_addition_",
    ast.Mult: "_product_",
    ast.Pow: "_power_",
    ast.LShift: "_shift_",
    ast.Mod: "_modulo_",
}


class Policy(RestrictingNodeTransformer):
    """What may be written; everything else is an error with its line."""

    def _refuse(self, node: ast.AST) -> ast.AST:
        self.error(node, f"{type(node).__name__} is not part of the language")
        return node

    visit_While = visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = _refuse
    visit_Import = visit_ImportFrom = visit_With = visit_Try = visit_TryStar = visit_Raise = _refuse
    visit_Global = visit_Nonlocal = visit_Match = visit_NamedExpr = visit_Delete = visit_Assert = _refuse
    visit_Starred = visit_Yield = visit_YieldFrom = visit_Await = visit_MatMult = visit_AnnAssign = _refuse

    def _call(self, function: str, node: ast.AST, *arguments: Any) -> ast.expr:
        call = ast.Call(func=ast.Name(function, ast.Load()), args=list(arguments), keywords=[])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Allow the constants that JSON knows."""
        value = node.value
        if type(value) not in (str, int, float, bool, type(None)):
            return self._refuse(node)
        if isinstance(value, int) and value.bit_length() > bounds.MAX_BITS:
            self.error(node, "the number is too large")
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Route the operators whose result can be far larger than their operands through a guard."""
        guard = _OPERATORS.get(type(node.op))
        visited: ast.AST = self.node_contents_visit(node)
        return visited if guard is None else self._call(guard, node, node.left, node.right)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Allow ``x += 1`` for plain names, by the same guards as the long form."""
        if not isinstance(node.target, ast.Name):
            return self._refuse(node)
        value = ast.BinOp(left=ast.Name(node.target.id, ast.Load()), op=node.op, right=node.value)
        long_form = ast.Assign(targets=[node.target], value=value)
        visited: ast.AST = self.visit(ast.fix_missing_locations(ast.copy_location(long_form, node)))
        return visited

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Route ``x[key] = value`` through a guard that sees the value."""
        if not any(isinstance(part, ast.Subscript) for target in node.targets for part in ast.walk(target)):
            visited: Any = super().visit_Assign(node)
            return visited
        target = node.targets[0]
        if len(node.targets) > 1 or not isinstance(target, ast.Subscript):
            return self._refuse(node)
        container, key, value = (self.visit(part) for part in (target.value, target.slice, node.value))
        statement = ast.Expr(self._call("_store_", node, container, key, value))
        return ast.copy_location(statement, node)

    def _display(self, node: ast.AST) -> ast.AST:
        visited = self.node_contents_visit(node)
        is_target = not isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
        return visited if is_target else self._call("_made_", node, visited)

    visit_List = visit_Tuple = visit_Set = visit_Dict = _display

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """Weigh what a comprehension makes."""
        return self._call("_made_", node, super().visit_ListComp(node))

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        """Weigh what a comprehension makes."""
        return self._call("_made_", node, super().visit_SetComp(node))

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        """Weigh what a comprehension makes."""
        return self._call("_made_", node, super().visit_DictComp(node))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Refuse calls that unpack their arguments."""
        if any(keyword.arg is None for keyword in node.keywords):
            return self._refuse(node)
        return self.node_contents_visit(node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        """Turn a part of an f-string into text; widths and conversions are refused."""
        if node.format_spec is not None or node.conversion != -1:
            return self._refuse(node)
        node.value = self._call("_text_", node, self.visit(node.value))
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Allow f-strings."""
        return self.node_contents_visit(node)
