"""Queries that fail are written as they were meant, where there is one way to mean them."""

import duckdb
import pytest

from store import Workspace
from tools import TOOLS, ToolError
from tools.data._mend_query import mended

TABLES = {
    "sales": ["customer_id", "model", "paid", "sold"],
    "customers": ["customer_id", "firstname", "city"],
    "products": ["model", "type"],
    "users": ["id", "name"],
    "transfers": ["user_id", "amount"],
    "shops": ["name", "town"],
}
TYPES = {"sold": "timestamp", "paid": "double", "amount": "double"}


def made() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for table, columns in TABLES.items():
        typed = ", ".join(f"{one} {TYPES.get(one, 'varchar')}" for one in columns)
        con.execute(f"create table {table} ({typed})")
    return con


@pytest.mark.parametrize(
    ("sql", "meant"),
    [
        (
            "select customer_id, model, sum(paid) from sales join products on sales.model = products.model "
            "group by 1, 2",
            "SELECT customer_id, sales.model, SUM(paid) FROM sales JOIN products ON sales.model = products.model "
            "GROUP BY 1, 2",
        ),
        (
            "select s.city, max(s.paid) from sales s group by s.city",
            "SELECT city, MAX(s.paid) FROM sales AS s JOIN customers ON s.customer_id = customers.customer_id "
            "GROUP BY city",
        ),
        (
            "select name, sum(amount) from transfers group by name",
            None,  # both users and shops have a name, but only users has a key
        ),
        ("select name from users where amount < 0", None),
        (
            "select firstname from customers order by count(*)",
            "SELECT firstname FROM customers GROUP BY firstname ORDER",
        ),
        ("select city, firstname, count(*) from customers group by city", "GROUP BY city, firstname"),
        ("select city as c, count(*) from customers where count(*) > 2 and city <> '' group by c", "WHERE city <> ''"),
        ("select city from customers where (firstname = 'a' or (firstname = 'b')", "firstname = 'b')"),
        ("select top 3 city from customers", "SELECT city FROM customers LIMIT 3"),
        ("select `city` from customers where `city` rlike 'x'", 'SELECT "city" FROM customers'),
        ("select date_format(sold, '%Y-%m') from sales", "STRFTIME(CAST(sold AS TIMESTAMP), '%Y-%m')"),
        ("select isnull(city, 'none') from customers", "COALESCE(city, 'none')"),
        ("select locate('x', city) from customers", "STRPOS(city, 'x')"),
    ],
)
def test_a_query_that_fails_is_written_as_it_was_meant(sql: str, meant: str | None):
    with made() as con:
        with pytest.raises(duckdb.Error):
            con.execute(sql)
        written = mended(sql, TABLES)
        assert written
        if meant:
            assert meant in written
        con.execute(written)


@pytest.mark.parametrize(
    "sql",
    [
        "drop table sales",
        "insert into sales select * from sales",
        "select to_char(sold, 'YYYY') from sales",
        "select from where",
        "select " + "replace(" * 2000 + "city",
    ],
)
def test_what_is_no_query_or_has_no_counterpart_stays_as_it_is(sql: str):
    assert mended(sql, TABLES) is None


@pytest.mark.parametrize(
    "sql",
    [
        "select type from customers",  # no key leads from customers to products
        "select firstname from customers c join users u on c.firstname = u.name where nothing = 1",
        "select customer_id from sales, customers",  # which one is not said
    ],
)
def test_what_could_mean_several_things_is_not_made_up(sql: str):
    written = mended(sql, TABLES)
    with made() as con, pytest.raises(duckdb.Error):
        con.execute(written or sql)


def test_the_answer_shows_the_query_that_gave_it(ws: Workspace):
    result = TOOLS["query_dataset"].run(ws, {"sql": "select top 1 text, count(*) from reviews where label = 1"})
    assert result.data and result.data["sql"].startswith("SELECT text, COUNT(*) FROM reviews")
    assert result.data["sql"] in result.text


def test_what_cannot_be_mended_fails_for_its_own_reason(ws: Workspace):
    with pytest.raises(ToolError, match='"nothing" not found.*The query was: select nothing, count'):
        TOOLS["query_dataset"].run(ws, {"sql": "select nothing, count(*) from reviews"})
