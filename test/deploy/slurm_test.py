"""The Slurm sample on a real Slurm of one node, which is started here on loopback: an array of shards, some of which are thrown off the node and
queued again, and the merge that depends on it, give the report of one run."""

import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "cli"))
from support import VMAF, CliTest, frames, run  # noqa: E402

SAMPLE = os.path.join(os.path.dirname(__file__), "..", "..", "deploy", "slurm")
SHARDS = 64
os.environ["PATH"] += ":/usr/sbin:/sbin"
DAEMONS = ("munged", "slurmctld", "slurmd")
LIMIT_S = 100
MOST_THROWN_OUT = 8
SKIPPED = 77


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Slurm:
    """A controller, a node that pretends to have many cores, and munge between them."""

    def __init__(self, folder):
        self.folder = folder
        self.processes = []
        name = socket.gethostname().split(".")[0]
        for part in ("state", "spool"):
            os.mkdir(os.path.join(folder, part))
        with open(os.path.join(folder, "munge.key"), "wb") as key:
            key.write(os.urandom(1024))
        os.chmod(os.path.join(folder, "munge.key"), 0o400)
        self.configuration = os.path.join(folder, "slurm.conf")
        with open(self.configuration, "w", encoding="utf-8") as file:
            file.write("\n".join((
                "ClusterName=test", f"SlurmctldHost={name}(127.0.0.1)", f"SlurmctldPort={free_port()}",
                f"SlurmdPort={free_port()}", "AuthType=auth/munge", "CredType=cred/munge",
                f"AuthInfo=socket={folder}/munge.socket,cred_expire=5", "SlurmUser=root", "SlurmdUser=root",
                f"SlurmctldPidFile={folder}/slurmctld.pid", f"SlurmdPidFile={folder}/slurmd.pid",
                f"SlurmdSpoolDir={folder}/spool", f"StateSaveLocation={folder}/state",
                "ProctrackType=proctrack/linuxproc", "TaskPlugin=task/none", "SelectType=select/cons_tres",
                "SelectTypeParameters=CR_Core", "SwitchType=switch/none", "ReturnToService=2", "MpiDefault=none",
                "SlurmdParameters=config_overrides", "JobRequeue=1", "KillWait=2",
                "SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1",
                "JobAcctGatherType=jobacct_gather/none", "AccountingStorageType=accounting_storage/none",
                f"SlurmctldLogFile={folder}/slurmctld.log", f"SlurmdLogFile={folder}/slurmd.log",
                f"NodeName={name} NodeAddr=127.0.0.1 CPUs={4 * SHARDS} State=UNKNOWN",
                "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP", "")))
        self.configure_cgroups()
        self.environment = dict(os.environ, SLURM_CONF=self.configuration)

    def configure_cgroups(self):
        """Containers have none to give; Slurm 23.11 and later can do without."""
        version = re.search(r"(\d+)\.(\d+)", self.version()).groups()
        if tuple(map(int, version)) >= (23, 11):
            with open(os.path.join(self.folder, "cgroup.conf"), "w", encoding="utf-8") as file:
                file.write("CgroupPlugin=disabled\n")

    @staticmethod
    def version():
        return subprocess.run(["slurmd", "-V"], stdout=subprocess.PIPE, check=True).stdout.decode()

    def start(self):
        self.spawn("munged", "--foreground", f"--key-file={self.folder}/munge.key", f"--socket={self.folder}/munge.socket",
                   f"--pid-file={self.folder}/munged.pid", f"--log-file={self.folder}/munged.log",
                   f"--seed-file={self.folder}/munged.seed", "--force")
        self.wait(lambda: os.path.exists(f"{self.folder}/munge.socket"))
        self.spawn("slurmctld", "-D", "-i")
        self.spawn("slurmd", "-D")
        self.wait(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%T"))

    def spawn(self, *command):
        with open(os.path.join(self.folder, command[0] + ".out"), "wb") as log:
            self.processes.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log))

    def wait(self, happened):
        end = time.monotonic() + LIMIT_S
        while not happened():
            if time.monotonic() > end:
                raise TimeoutError(self.logs())
            time.sleep(0.1)

    def logs(self):
        text = self.ask("squeue", "-o", "%i %T %r %S %E")
        for name in ("slurmctld.log", "slurmd.log"):
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                text += "".join(file.readlines()[-20:])
        return text

    def ask(self, *command):
        return subprocess.run(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              timeout=LIMIT_S).stdout.decode()

    def is_idle(self):
        """No job is waiting or running, and the controller has said so."""
        answer = subprocess.run(["squeue", "-h"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=LIMIT_S)
        return answer.returncode == 0 and not answer.stdout

    def stop(self):
        self.ask("scancel", "--user=root", "--full")
        for process in reversed(self.processes):
            process.terminate()
            process.wait(LIMIT_S)


class SlurmTest(CliTest):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(prefix="slurm")
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        self.slurm = Slurm(folder.name)
        self.addCleanup(self.slurm.stop)
        self.slurm.start()

    def videos(self):
        clips = [frames(64, 48, count=96, seed=3), frames(64, 48, count=96, seed=3, noise=20)]
        return ["-r", self.y4m("ref.y4m", clips[0], 64, 48), "-d", self.y4m("dis.y4m", clips[1], 64, 48)]

    def slow_command(self):
        """The command, late enough to be met while it runs."""
        os.mkdir(self.path("started"))
        started = self.path("started") + "/${SLURM_ARRAY_JOB_ID-}_${SLURM_ARRAY_TASK_ID-}"
        path = self.write("vmaf", f'#!/bin/sh\n: > "{started}"\nsleep 0.5\nexec "{VMAF}" "$@"\n'.encode())
        os.chmod(path, 0o755)
        return path

    def running(self):
        """Jobs that have come as far as the command. What is thrown out before fails as any script would."""
        jobs = self.slurm.ask("squeue", "-h", "-t", "RUNNING", "-n", "vmaf-shard", "-o", "%i").split()
        return [job for job in jobs if os.path.exists(os.path.join(self.path("started"), job))]

    def test_an_array_gives_the_report_of_one_run_though_jobs_are_thrown_out(self):
        choice = random.Random(4)
        videos = [*self.videos(), "--no_cuda"]
        self.check(run(*videos, "--json", "-o", self.path("one.json")), 0)
        environment = dict(self.slurm.environment, VMAF=self.slow_command())
        subprocess.run([os.path.join(SAMPLE, "submit.sh"), str(SHARDS), self.path("parts"), self.path("merged.json"), *videos],
                       env=environment, check=True, stdout=subprocess.DEVNULL)
        thrown_out = 0
        met = set()  # each once: a job that begins again would not be told from one that has come far enough

        def done():
            nonlocal thrown_out
            running = [job for job in self.running() if job not in met] if thrown_out < MOST_THROWN_OUT else []
            for job in choice.sample(running, min(2, len(running))):
                if thrown_out % 2:
                    self.slurm.ask("scontrol", "requeue", job)
                else:
                    self.slurm.ask("scancel", "--signal=TERM", "--batch", job)
                met.add(job)
                thrown_out += 1
            return self.slurm.is_idle()

        self.slurm.wait(done)
        self.assertGreaterEqual(thrown_out, 4)
        self.assertTrue(os.path.exists(self.path("merged.json")), self.slurm.ask("scontrol", "-o", "show", "jobs") + self.slurm.logs())
        without_fps = [[line for line in self.read(name).splitlines() if '"fps"' not in line]
                       for name in ("one.json", "merged.json")]
        self.assertEqual(*without_fps)
        logs = [self.read(os.path.join("parts", name)) for name in os.listdir(self.path("parts")) if name.endswith(".log")]
        self.assertTrue(any("queued again" in log for log in logs))


if __name__ == "__main__":
    missing = [name for name in DAEMONS if not shutil.which(name)]
    if missing or os.geteuid() != 0:
        print(f"skipped: {', '.join(missing)} is not installed" if missing else "skipped: Slurm's daemons need root here")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
