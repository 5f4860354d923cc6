"""The least that a Flask application can do: one indexed statement of 24 rows, answered as JSON. The yardstick."""

import os

from flask import Flask, Response, jsonify, request
from sqlalchemy import create_engine, text

app = Flask(__name__)
_engine = create_engine(os.environ["OCOP_DATABASE_URL"], pool_size=8)
_PAGE = text("SELECT id, slug, name, set_no, code FROM product WHERE id > :after ORDER BY id LIMIT 24")


@app.get("/bare")
def bare() -> Response:
    """Twenty-four products from a place on."""
    with _engine.connect() as connection:
        rows = connection.execute(_PAGE, {"after": int(request.args["after"])})
        return jsonify(items=[dict(row._mapping) for row in rows])


@app.get("/healthz")
def alive() -> str:
    """The server waits for this."""
    return "ok"
