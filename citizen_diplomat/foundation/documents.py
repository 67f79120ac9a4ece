"""Asking a stored list whether it holds something, on both engines."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import SQLCoreOperations
from sqlalchemy.sql.functions import FunctionElement


class _Holds(FunctionElement[bool]):
    """Whether a `database.Document` that is a list of texts has a text in it."""

    name = "document_holds"
    type = Boolean()
    inherit_cache = True


def holds(column: Any, text: str | SQLCoreOperations[Any]) -> ColumnElement[bool]:
    """The condition that a stored list of texts has `text`, a value or a column, in it."""
    return _Holds(column, literal(text) if isinstance(text, str) else text)


@compiles(_Holds, "sqlite")
def _on_sqlite(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    column, text = (compiler.process(one, **options) for one in element.clauses)
    # Both parts are SQL that was compiled already; what a reader sent is bound.
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE json_each.value = {text})"  # noqa: S608


@compiles(_Holds, "postgresql")
def _on_postgresql(element: _Holds, compiler: SQLCompiler, **options: Any) -> str:
    column, text = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} ? {text})"
