"""Queries that are written, and on PostgreSQL planned, once a connection; later calls hand them other values.

For a page of eight small queries the ORM needs several times as long to write the SQL, and PostgreSQL to plan it,
as to answer it (docs/decisions/0014-queries-written-once.md). A prepared query is an ordinary queryset in every other
respect: what it filters, orders and returns is said in one place, with `visible_to` and the rest.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, NotSupportedError, OperationalError, connections
from django.db.models import QuerySet
from django.db.models.base import ModelState
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)
from psycopg2.extensions import AsIs

Row = TypeVar("Row")
_NO_ID = -1
_LARGEST_ID = 2**63 - 1
# Values of ours. Between the two turns everything of a day differs: year, month, day, weekday and time of the day.
_FIRST_DAYS = (
    dt.datetime(1990, 3, 5, 7, 11, 13, 170_001, tzinfo=dt.UTC),
    dt.datetime(2057, 8, 16, 18, 42, 54, 830_007, tzinfo=dt.UTC),
)
# What is stripped, shortened or changed to small letters is no longer the same.
_TEXTS = (" Ab-{} ", "\tyZ {}0\t")


class NotPreparable(TypeError):
    """The query does more with a value than to compare with it; it has to be asked the ordinary way."""


class Prepared(Generic[Row]):
    """A function that answers a queryset, called with values by name; the answer is the list of its rows.

        reports_of = Prepared(lambda *, manager_id, today: Person.objects.reporting_to(manager_id, today=today))
        people = reports_of(manager_id=7, today=today)

    Values are whole numbers, dates, instants, text, or collections of numbers for `__in`; ids are positive, so
    that an empty collection finds none. The function may add to a number or a date, but it must not do anything
    else with a value nor decide by it: it is called twice with values of our own, and where these turn up in the
    SQL's parameters tells what goes where. Raises NotPreparable when a value does not turn up so, or turned into
    something else.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build

    def __call__(self, **values: Any) -> list[Row]:
        if any(isinstance(value, int) and not _is_held_by_columns(value) for value in values.values()):
            # The ORM knows that no column holds such a number.
            return list(self._build(**values))
        values = {name: _padded(value) for name, value in values.items()}
        connection = connections["default"]
        is_unproved = _is_unproved(connection)
        try:
            return self._rows(values, connection)
        except (OperationalError, InterfaceError):
            if not is_unproved or connection.is_usable():
                raise
            # The database was restarted since this connection was last used.
            connection.close()
            return self._rows(values, connection)
        except NotSupportedError:
            # "cached plan must not change result type": a migration has changed a column since. PostgreSQL answers no
            # more within this transaction; the next one prepares anew.
            _known_to(connection).written.clear()
            if connection.in_atomic_block:
                raise
            return self._rows(values, connection)

    def _rows(self, values: dict[str, Any], connection: Any) -> list[Row]:
        known = _known_to(connection)
        # By name: whoever gives them in another order means the same. By kind: each is handed over in its own way.
        shape = (
            self,
            *((name, len(value) if isinstance(value, tuple) else type(value)) for name, value in values.items()),
        )
        written = known.written.get(shape)
        if written is None:
            written = _write(self._build, values, connection)
            if connection.vendor == "postgresql":
                written = _planned(written, f"prepared_{next(known.numbers)}", connection)
            known.written[shape] = written
        return written.rows(values)


def _is_unproved(connection: Any) -> bool:
    """Whether nothing has been asked over a kept connection in this request.

    Django would first ask the server whether it is there, a round trip on every page; the first statement tells as
    well, and asks again over a new connection where it was not.
    """
    if connection.connection is None or not connection.health_check_enabled or connection.health_check_done:
        return False
    connection.health_check_done = True
    return True


@dataclass(frozen=True)
class _Known:
    """What a session with the database knows already. No number is given twice: what is forgotten here stays there."""

    session: Any
    written: dict[Any, _Written] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)


def _known_to(connection: Any) -> _Known:
    """A thread has a connection, a new session starts anew."""
    connection.ensure_connection()
    known: _Known | None = getattr(connection, "prepared_queries", None)
    if known is None or known.session is not connection.connection:
        known = connection.prepared_queries = _Known(connection.connection)
    return known


@dataclass(frozen=True)
class _Constant:
    """A parameter that no value changes."""

    value: Any

    def of(self, _values: Mapping[str, Any]) -> Any:
        return self.value


@dataclass(frozen=True)
class _Follows:
    """A parameter that is a value, or one of a collection, with a fixed distance, as the database keeps it."""

    name: str
    place: int | None
    distance: Any
    adapt: Callable[[Any], Any]

    def of(self, values: Mapping[str, Any]) -> Any:
        value = values[self.name] if self.place is None else values[self.name][self.place]
        return self.adapt(value + self.distance if self.distance else value)


@dataclass(frozen=True)
class _Written:
    """The SQL of a query, how its parameters follow from the values, and what its rows become."""

    sql: str
    parameters: Sequence[_Constant | _Follows]
    made: Callable[[list[Any]], list[Any]]

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        with connections["default"].cursor() as cursor:
            cursor.execute(self.sql, [parameter.of(values) for parameter in self.parameters])
            return self.made(cursor.fetchall())


def _is_held_by_columns(number: int) -> bool:
    return -_LARGEST_ID <= number <= _LARGEST_ID


def _padded(value: Any) -> Any:
    """A collection as a tuple of 1, 2, 4, 8 … ids, so that a few statements serve every length.

    An id that no column holds is left out: it finds none. Raises NotPreparable for what is no number.
    """
    if isinstance(value, str) or not isinstance(value, Collection):
        return value
    if any(type(one) is not int for one in value):
        raise NotPreparable(f"a collection of more than numbers: {value!r}")
    ids = tuple(one for one in value if _is_held_by_columns(one)) or (_NO_ID,)
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids))


def _write(build: Callable[..., QuerySet[Any, Row]], values: Mapping[str, Any], connection: Any) -> _Written:
    probes = [_probe(values, turn) for turn in (0, 1)]
    queryset = build(**probes[0])
    if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]
        raise NotPreparable("prefetch_related asks further queries")
    compilers = [built.query.get_compiler(connection=connection) for built in (queryset, build(**probes[1]))]
    (sql, first), (again, second) = (compiler.as_sql() for compiler in compilers)
    if sql != again or len(first) != len(second):
        raise NotPreparable("the SQL depends on a value")
    parameters = [_parameter(*pair, probes, connection) for pair in zip(first, second, strict=True)]
    if missing := set(probes[0]) - {parameter.name for parameter in parameters if isinstance(parameter, _Follows)}:
        raise NotPreparable(f"not found among the parameters: {', '.join(sorted(missing))}")
    return _Written(sql, parameters, _maker(queryset, compilers[0], connection))


def _maker(queryset: Any, compiler: Any, connection: Any) -> Callable[[list[Any]], list[Any]]:
    """What Django's own iterables make of rows, decided once: tuples, dictionaries, single values or instances."""
    converters = compiler.get_converters([column[0] for column in compiler.select[: compiler.col_count]])

    def converted(rows: list[Any]) -> list[Any]:
        return list(compiler.apply_converters(rows, converters)) if converters else rows

    kind = queryset._iterable_class
    if kind is FlatValuesListIterable:
        return lambda rows: [row[0] for row in converted(rows)]
    if kind is ValuesListIterable:
        return lambda rows: [tuple(row) for row in converted(rows)]
    if kind is ValuesIterable:
        names = list(queryset.query.selected or (*queryset.query.values_select, *queryset.query.annotation_select))
        return lambda rows: [dict(zip(names, row, strict=False)) for row in converted(rows)]
    if kind is not ModelIterable:
        raise NotPreparable(f"rows of the kind {kind.__name__}")
    loaded = _loader(compiler, connection.alias)
    return lambda rows: [loaded(row) for row in converted(rows)]


def _loader(compiler: Any, alias: str) -> Callable[[Sequence[Any]], Any]:
    """An instance of a row with its relations and annotations, as `Model.from_db` makes it, without its detours."""
    fields = compiler.klass_info["select_fields"]
    start, end = fields[0], fields[-1] + 1
    model = compiler.klass_info["model"]
    names = [column[0].target.attname for column in compiler.select[start:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, alias)  # type: ignore[call-arg]
    annotations = list(compiler.annotation_col_map.items())

    def load(row: Sequence[Any]) -> Any:
        instance = _instance(model, names, row[start:end], alias)
        for populator in related:
            _relate(populator, row, instance, alias)
        for name, place in annotations:
            instance.__dict__[name] = row[place]
        return instance

    return load


def _instance(model: Any, names: Sequence[str], values: Sequence[Any], alias: str) -> Any:
    instance = model.__new__(model)
    instance.__dict__.update(zip(names, values, strict=True))
    state = instance._state = ModelState()
    state.db, state.adding = alias, False
    return instance


def _relate(populator: Any, row: Sequence[Any], instance: Any, alias: str) -> None:
    """The related instance that came along in the same row, and what came along with that."""
    values = row[populator.cols_start : populator.cols_end]
    related = None
    if values[populator.pk_idx] is not None:
        related = _instance(populator.model_cls, populator.init_list, values, alias)
        for further in populator.related_populators:
            _relate(further, row, related, alias)
        populator.remote_setter(related, instance)
    populator.local_setter(instance, related)


def _probe(values: Mapping[str, Any], turn: int) -> dict[str, Any]:
    """Values of ours of the same kinds. Between the two turns each moves far, and no two by the same step or as two
    others together: what a function makes of one is never the same both times, nor mistaken for another."""
    found: dict[str, Any] = {}
    places = itertools.count(1)
    for name, value in values.items():
        if isinstance(value, tuple):
            found[name] = tuple(_number(next(places), turn) for _ in value)
            continue
        place = next(places)
        moved = _FIRST_DAYS[turn] + dt.timedelta(days=(3 + 7 * turn) * place)
        if isinstance(value, dt.datetime):
            found[name] = moved
        elif isinstance(value, dt.date):
            found[name] = moved.date()
        elif isinstance(value, str):
            found[name] = _TEXTS[turn].format(place)
        elif isinstance(value, int) and not isinstance(value, bool):
            found[name] = _number(place, turn)
        else:
            raise NotPreparable(f"{name} is neither a number, a date, an instant, a text nor a collection of numbers")
    return found


def _number(place: int, turn: int) -> int:
    """Small enough for the smallest column, since a number out of a column's range changes the SQL."""
    return 5_001 + 3 * place + turn * (10_000 + place)


def _parameter(first: Any, second: Any, probes: Sequence[Mapping[str, Any]], connection: Any) -> _Constant | _Follows:
    """How one parameter follows from the values: what was the same both times stays."""
    if first == second:
        return _Constant(first)
    for name, probe in probes[0].items():
        pairs = zip(probe, probes[1][name], strict=True) if isinstance(probe, tuple) else [(probe, probes[1][name])]
        for place, (one, two) in enumerate(pairs):
            adapt = _adapter(one, connection)
            distance = _distance(first, second, one, two, adapt)
            if distance is not None:
                return _Follows(name, place if isinstance(probe, tuple) else None, distance, adapt)
    raise NotPreparable(f"a value was changed into {first!r}")


def _adapter(value: Any, connection: Any) -> Callable[[Any], Any]:
    """What the database makes of such a value: SQLite keeps dates as text."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value  # type: ignore[no-any-return]
    if isinstance(value, dt.date):
        return connection.ops.adapt_datefield_value  # type: ignore[no-any-return]
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _distance(first: Any, second: Any, one: Any, two: Any, adapt: Callable[[Any], Any]) -> Any:
    """What was added to the value on the way, the same both times; None when it is not this value."""
    if isinstance(one, str):
        return "" if (first, second) == (one, two) else None
    try:
        distance = _plain(first) - _plain(adapt(one))
        return distance if _plain(second) - _plain(adapt(two)) == distance else None
    except (TypeError, ValueError):
        return None


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return dt.date.fromisoformat(value) if len(value) == len("1990-01-01") else dt.datetime.fromisoformat(value)


def _planned(written: _Written, name: str, connection: Any) -> _Written:
    """PostgreSQL plans it once a session as well: for a small query that takes longer than to answer it.

    The plan is made for any values (settings: plan_cache_mode), so the query must find its rows through an index
    whatever they are.
    """
    # What turns up in several places is handed over once.
    varying = list(dict.fromkeys(one for one in written.parameters if isinstance(one, _Follows)))
    number = {parameter: place for place, parameter in enumerate(varying, start=1)}
    shown = [
        AsIs(f"${number[parameter]}") if isinstance(parameter, _Follows) else parameter.of({})
        for parameter in written.parameters
    ]
    # Past Django's cursor: this belongs to opening the session, not to the page that happened to come first.
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(f"PREPARE {name} AS {cursor.mogrify(written.sql, shown).decode()}")
    values = f" ({', '.join(['%s'] * len(varying))})" if varying else ""
    return replace(written, sql=f"EXECUTE {name}{values}", parameters=varying)
