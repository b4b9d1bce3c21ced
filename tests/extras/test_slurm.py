"""What is asked of SLURM, read off the file that submitit hands to sbatch; jobs through submitit's own executor of this machine."""

import os
import re
from pathlib import Path

import pytest

from rulewright.errors import InputError, Unsolved
from rulewright.jobs import Job, opened, run

pytest.importorskip("submitit")
from rulewright.extras import slurm

FOLDER = str(Path(__file__).parents[1] / "jobs")
pytestmark = [pytest.mark.timeout(120), pytest.mark.filterwarnings("ignore::ResourceWarning")]
SBATCH = '#!/bin/sh\ncp "$1" "{here}/asked"\necho "Submitted batch job 77"\n'


@pytest.fixture
def login(tmp_path, monkeypatch):
    """A machine with commands of SLURM that write down what they are asked."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {
        "sbatch": SBATCH.format(here=tmp_path),
        "srun": "#!/bin/sh\nexit 0\n",
        "sacct": "#!/bin/sh\necho 'JobID|State|NodeList'\n",
        "scancel": f'#!/bin/sh\necho "$1" >> "{tmp_path}/cancelled"\n',
    }.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_what_sbatch_is_asked(login):
    place = f"slurm:partition=cpu,time=1:30,mem=4,cpus=1,array=64,account=lab,qos=low,folder={login}/shared"
    executor = opened(place)
    futures = [executor.submit(abs, -x) for x in range(5)]
    executor._hand_in()
    executor.shutdown(cancel_futures=True)
    said = dict(re.findall(r"^#SBATCH --([\w-]+)=(.*)$", (login / "asked").read_text(), re.M))
    assert said["partition"] == "cpu" and said["account"] == "lab" and said["qos"] == "low"
    assert said["time"] == "90" and said["mem"] == "4GB" and said["cpus-per-task"] == "1" and said["nodes"] == "1"
    assert said["array"] in ("0-4%5", "0-4%64") and said["job-name"] == "rulewright"
    exports = re.findall(r"^export (\w+)=1$", (login / "asked").read_text(), re.M)
    assert {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"} <= set(exports)
    assert (login / "cancelled").read_text().split() == [f"77_{k}" for k in range(5)]
    assert (login / "shared").stat().st_mode & 0o077 == 0 and not any(f.done() and not f.cancelled() for f in futures)


@pytest.mark.parametrize(
    "said",
    [
        "partition",
        "time=0",
        "time=1:3",
        "time=soon",
        "mem=-1",
        "cpus=1.5",
        "partiton=cpu",
        "cluster=cloud",
        "partition=$(rm)",
        "partition=a;b",
        "partition=a\nb",
    ],
)
def test_wrong_words_are_refused(said):
    with pytest.raises(InputError, match="--on slurm"):
        slurm.read(said)


def test_without_slurm_it_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unsolved, match="login node"):
        opened(f"slurm:folder={tmp_path}/shared")


def test_jobs_through_submitit_survive_a_killed_task_and_agree(tmp_path):
    jobs = [Job.of("job_pieces:wave", seeded=True, n=n) for n in (1, 4)]
    jobs += [Job.of("job_pieces:dies_once", mark=str(tmp_path / "mark"), x=7)]
    place = f"slurm:cluster=local,time=2,array=2,folder={tmp_path}/shared"
    asked = {"folders": [FOLDER], "store": tmp_path / "run"}
    found = run(jobs, on=place, chunk=2, **asked)
    assert [o.result for o in found] == [o.result for o in run(jobs, on="inline", folders=[FOLDER])]
    assert found[2].attempts == 2 and len({o.worker for o in found}) == 2
    assert all(o.kept for o in run(jobs, on=place, **asked))  # goes on: nothing is handed in
    left = [path.name for path in (tmp_path / "shared").rglob("*") if path.is_file()]
    assert not [name for name in left if "result" in name]  # what is answered is cleared away
