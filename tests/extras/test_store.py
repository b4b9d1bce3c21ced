"""SQL over a run reads the run and nothing else; the command prints it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rulewright.errors import InputError
from rulewright.jobs import Job, Store, run

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
FOLDER = str(Path(__file__).parents[1] / "jobs")
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Forty results in a part, five in the index, three failures."""
    where = tmp_path_factory.mktemp("run")
    run([Job.of("job_pieces:square", x=x) for x in range(40)], on="inline", store=where, folders=[FOLDER])
    with Store(where) as store:
        store.compact()
    jobs = [Job.of("job_pieces:square", x=x) for x in range(40, 45)] + [
        Job.of("job_pieces:fails", x=x) for x in (0, 3, 6)
    ]
    run(jobs, on="inline", store=where, folders=[FOLDER])
    return where


@pytest.fixture
def store(folder):
    with Store(folder, write=False) as made:
        yield made


def test_jobs_and_results_of_the_index_and_the_parts(store):
    assert store.query("SELECT count(*), sum(result::BIGINT) FROM results").rows == [
        (45, sum(x * x for x in range(45)))
    ]
    assert store.query("SELECT state, count(*) AS n FROM jobs GROUP BY state ORDER BY state").rows == [
        ("done", 45),
        ("failed", 3),
    ]
    found = store.query("SELECT result FROM results WHERE (arguments ->> 'x')::INT = 6")
    assert found.columns == ("result",) and found.rows == [("36",)] and len(found) == 1
    assert len(store.query("SELECT error FROM jobs WHERE error LIKE '%multiple of three%'")) == 3


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM read_text('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('{parts}/part-00001.parquet')",
        "COPY (SELECT 1) TO '{new}'",
        "COPY jobs TO '{parts}/more.parquet'",
        "EXPORT DATABASE '{new}'",
        "ATTACH '{new}' AS other",
        "ATTACH '{folder}/index.sqlite' AS index (TYPE sqlite)",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET python_enable_replacements = true",
        "RESET lock_configuration",
        "SELECT * FROM secret",
        "SELECT getenv('HOME')",
        "SELECT nothing",
        "not SQL at all",
    ],
)
def test_a_question_reads_and_writes_no_other_file(store, folder, tmp_path, sql):
    secret = {"a": [1]}  # noqa: F841 a variable that a question may not see
    other, new = tmp_path / "other.csv", tmp_path / "new"
    other.write_text("a,b\n1,2\n")
    before = sorted(folder.rglob("*"))
    with pytest.raises(InputError, match="SQL over jobs and results"):
        store.query(sql.format(other=other, new=new, folder=folder, parts=folder / "parts"))
    assert not new.exists() and sorted(folder.rglob("*")) == before


def test_what_a_question_changes_is_gone_with_it(store):
    store.query("CREATE TABLE mine AS SELECT * FROM jobs")
    with pytest.raises(InputError):
        store.query("SELECT * FROM mine")


def test_the_command(folder):
    code = (
        "import sys, rulewright.cli.runs, rulewright.cli as c\n"
        "for a in (['--json', 'SELECT count(*) AS n FROM results'], ['--csv', 'SELECT 1 AS a, NULL AS b'], [], ['nonsense']):\n"
        "    print(c.main(['query', sys.argv[1], *a]), flush=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=60, check=True
    )
    lines = done.stdout.splitlines()
    cut = lines.index("0")
    assert json.loads("\n".join(lines[:cut])) == [{"n": 45}]
    assert lines[cut + 1 : cut + 4] == ["a,b", "1,", "0"]
    assert "failed" in done.stdout and lines[-1] == "2" and "needed SQL over jobs and results" in done.stderr
