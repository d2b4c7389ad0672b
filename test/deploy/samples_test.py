"""The samples for Kubernetes, Argo and AWS Batch have the structure that the schedulers ask for, and their commands are ones that vmaf takes.

What is allowed where is written here from the schedulers' documentation (batch/v1, argoproj.io/v1alpha1, RegisterJobDefinition), as far as the samples
go: field names, types, values, and the rules that bind fields to each other."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "cli"))
from support import TIMEOUT_S, CliTest, run  # noqa: E402

try:
    import yaml
except ImportError:
    yaml = None

DEPLOY = os.path.join(os.path.dirname(__file__), "..", "..", "deploy")
RETRIED = {75, 130, 137, 143}
FINAL = {1, 3, 234, 255}


class Any:
    """Schema of a mapping with free names; each value has the schema `of`."""

    def __init__(self, of):
        self.of = of


class Values:
    """Schema of a text that is one of some."""

    def __init__(self, *values):
        self.values = values


class Needed:
    """Schema of a field that must be there."""

    def __init__(self, of):
        self.of = of


def mismatches(value, schema, place="top"):
    """Where a document differs from a schema: type, Values, [schema of items], {field: schema}, Any."""
    if isinstance(schema, Needed):
        schema = schema.of
    if isinstance(schema, Values):
        return [] if value in schema.values else [f"{place}: {value!r} is none of {schema.values}"]
    if isinstance(schema, type):
        return [] if type(value) is schema else [f"{place}: {value!r} is no {schema.__name__}"]
    if isinstance(schema, list):
        if not isinstance(value, list):
            return [f"{place}: no list"]
        return [text for i, item in enumerate(value) for text in mismatches(item, schema[0], f"{place}[{i}]")]
    if not isinstance(value, dict):
        return [f"{place}: no mapping"]
    if isinstance(schema, Any):
        return [text for name, item in value.items() for text in mismatches(item, schema.of, f"{place}.{name}")]
    texts = [f"{place}: unknown field {name}" for name in value if name not in schema]
    texts += [f"{place}: {name} is missing" for name, of in schema.items() if isinstance(of, Needed) and name not in value]
    for name, of in schema.items():
        if name in value:
            texts += mismatches(value[name], of, f"{place}.{name}")
    return texts


CONTAINER = {"name": str, "image": Needed(str), "command": Needed([str]), "args": [str],
             "resources": {"requests": Any(str), "limits": Any(str)},
             "volumeMounts": [{"name": Needed(str), "mountPath": Needed(str)}]}
VOLUMES = [{"name": Needed(str), "persistentVolumeClaim": {"claimName": Needed(str)}}]
JOB = {"apiVersion": Needed(Values("batch/v1")), "kind": Needed(Values("Job")), "metadata": Needed({"name": Needed(str)}),
       "spec": Needed({
           "completionMode": Values("Indexed", "NonIndexed"), "completions": int, "parallelism": int, "backoffLimit": int,
           "backoffLimitPerIndex": int, "maxFailedIndexes": int,
           "podFailurePolicy": {"rules": Needed([{
               "action": Needed(Values("Ignore", "FailIndex", "FailJob", "Count")),
               "onPodConditions": [{"type": Needed(str), "status": Values("True", "False", "Unknown")}],
               "onExitCodes": {"containerName": str, "operator": Needed(Values("In", "NotIn")), "values": Needed([int])}}])},
           "template": Needed({"spec": Needed({"securityContext": {"fsGroup": int}, "restartPolicy": Needed(Values("Never", "OnFailure")),
                                               "containers": Needed([{**CONTAINER, "name": Needed(str)}]),
                                               "volumes": VOLUMES})})})}
PARAMETERS = {"parameters": [{"name": Needed(str), "value": str}]}
WORKFLOW = {"apiVersion": Needed(Values("argoproj.io/v1alpha1")), "kind": Needed(Values("Workflow")),
            "metadata": Needed({"name": str, "generateName": str}),
            "spec": Needed({
                "entrypoint": Needed(str), "securityContext": {"fsGroup": int}, "arguments": PARAMETERS, "volumes": VOLUMES,
                "templates": Needed([{
                    "name": Needed(str), "inputs": PARAMETERS, "container": CONTAINER,
                    "retryStrategy": {"limit": str, "retryPolicy": Values("Always", "OnFailure", "OnError", "OnTransientError"),
                                      "expression": str},
                    "steps": [[{"name": Needed(str), "template": Needed(str), "arguments": PARAMETERS,
                                "withSequence": {"start": str, "end": str, "count": str}}]]}])})}
DEFINITION = {"jobDefinitionName": Needed(str), "type": Needed(Values("container", "multinode")), "parameters": Any(str),
              "containerProperties": Needed({
                  "image": Needed(str), "command": [str],
                  "resourceRequirements": Needed([{"type": Needed(Values("VCPU", "MEMORY", "GPU")), "value": Needed(str)}]),
                  "volumes": [{"name": Needed(str), "efsVolumeConfiguration": {
                      "fileSystemId": Needed(str), "transitEncryption": Values("ENABLED", "DISABLED")}}],
                  "mountPoints": [{"sourceVolume": Needed(str), "containerPath": Needed(str), "readOnly": bool}]}),
              "retryStrategy": {"attempts": int, "evaluateOnExit": [{
                  "onExitCode": str, "onReason": str, "onStatusReason": str, "action": Needed(Values("RETRY", "EXIT"))}]}}


def load(*path):
    with open(os.path.join(DEPLOY, *path), encoding="utf-8") as file:
        return json.load(file) if path[-1].endswith(".json") else yaml.safe_load(file)


class SamplesTest(CliTest):
    def conforms(self, document, schema):
        self.assertEqual(mismatches(document, schema), [])

    def check_volumes(self, containers, volumes):
        names = {volume["name"] for volume in volumes}
        for container in containers:
            self.assertLessEqual({mount["name"] for mount in container["volumeMounts"]}, names)

    def test_kubernetes_jobs(self):
        if not yaml:
            self.skipTest("python3-yaml is not installed")
        for name, action in (("shards.yaml", "FailIndex"), ("merge.yaml", "FailJob")):
            job = load("kubernetes", name)
            self.conforms(job, JOB)
            spec, pod = job["spec"], job["spec"]["template"]["spec"]
            self.assertEqual(pod["restartPolicy"], "Never")  # podFailurePolicy allows nothing else
            self.check_volumes(pod["containers"], pod["volumes"])
            for rule in spec["podFailurePolicy"]["rules"]:
                self.assertEqual(("onExitCodes" in rule) + ("onPodConditions" in rule), 1)
                if "onExitCodes" in rule:
                    self.assertEqual(rule["action"], action)
                    self.assertEqual(rule["onExitCodes"]["containerName"], pod["containers"][0]["name"])
                    self.assertEqual(set(rule["onExitCodes"]["values"]), FINAL)
                    self.assertEqual(rule["onExitCodes"]["values"], sorted(rule["onExitCodes"]["values"]))
        shards = load("kubernetes", "shards.yaml")["spec"]
        self.assertEqual(shards["completionMode"], "Indexed")
        self.assertIn("backoffLimitPerIndex", shards)  # FailIndex needs it
        self.assertIn(f"auto/{shards['completions']}", shards["template"]["spec"]["containers"][0]["args"])

    def test_argo_workflow(self):
        if not yaml:
            self.skipTest("python3-yaml is not installed")
        workflow = load("argo", "workflow.yaml")
        self.conforms(workflow, WORKFLOW)
        spec = workflow["spec"]
        templates = {template["name"]: template for template in spec["templates"]}
        steps = [step for group in templates[spec["entrypoint"]]["steps"] for step in group]
        for step in steps:
            template = templates[step["template"]]
            codes = set(map(int, re.search(r"\[(.*)\]", template["retryStrategy"]["expression"]).group(1).split(",")))
            self.assertEqual(codes - {-1}, RETRIED)
            self.check_volumes([template["container"]], spec["volumes"])
        self.assertEqual([len(group) for group in templates[spec["entrypoint"]]["steps"]], [1, 1])  # one after the other
        known = {f"workflow.parameters.{parameter['name']}" for parameter in spec["arguments"]["parameters"]}
        known |= {"workflow.name", "inputs.parameters.number", "item"}
        with open(os.path.join(DEPLOY, "argo", "workflow.yaml"), encoding="utf-8") as file:
            self.assertLessEqual(set(re.findall(r"\{\{(.*?)\}\}", file.read())), known)

    def test_aws_batch_definitions(self):
        for name in ("shard.json", "merge.json"):
            definition = load("aws-batch", name)
            self.conforms(definition, DEFINITION)
            container = definition["containerProperties"]
            references = {word[5:] for word in container["command"] if word.startswith("Ref::")}
            self.assertEqual(references, set(definition["parameters"]))
            self.assertEqual({mount["sourceVolume"] for mount in container["mountPoints"]},
                             {volume["name"] for volume in container["volumes"]})
            rules = definition["retryStrategy"]["evaluateOnExit"]
            self.assertLessEqual(len(rules), 5)  # AWS takes no more, and tries again where none of them matches
            self.assertEqual({int(rule["onExitCode"]) for rule in rules if rule["action"] == "EXIT"}, FINAL)
            self.assertTrue(all(rule["action"] == "EXIT" for rule in rules))
        with open(os.path.join(DEPLOY, "..", "Containerfile"), encoding="utf-8") as file:
            self.assertIn('ENTRYPOINT ["vmaf"]', file.read())  # what the commands are arguments of

    def script(self, path, tool, answers, *arguments):
        """Runs a sample's script with a stand-in for the platform's tool. Returns the exit code, and each call's words."""
        calls = self.path("calls")
        stand_in = self.write(tool, f'#!/bin/bash\nprintf "%s\\n" "$*" >> "{calls}"\n{answers}\n'.encode())
        os.chmod(stand_in, 0o755)
        done = subprocess.run([os.path.join(DEPLOY, path), *arguments], check=False, timeout=TIMEOUT_S, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, env={**os.environ, "PATH": self.folder.name + ":" + os.environ["PATH"]})
        return done.returncode, self.read("calls").splitlines()

    def test_kubernetes_merge_waits_for_the_shards(self):
        done = f'if [[ "$*" = *complete* ]]; then [ "$(grep -c complete "{self.path("calls")}")" -gt 2 ]; else [[ "$*" != *failed* ]]; fi'
        code, calls = self.script("kubernetes/run.sh", "kubectl", done)
        self.assertEqual(code, 0)
        self.assertEqual([os.path.basename(call) for call in calls if call.startswith("apply")], ["shards.yaml", "merge.yaml"])
        self.assertEqual(sum("complete" in call for call in calls), 3)
        os.remove(self.path("calls"))
        code, calls = self.script("kubernetes/run.sh", "kubectl", '[[ "$*" != *complete* ]]')
        self.assertEqual(code, 1)
        self.assertNotIn("merge.yaml", " ".join(calls))

    def test_aws_batch_merge_depends_on_the_shards(self):
        arguments = ["queue", "16", "/videos/r", "/videos/d", "/videos/p", "/videos/o"]
        code, calls = self.script("aws-batch/submit.sh", "aws", "echo some-id", *arguments)
        self.assertEqual(code, 0)
        self.assertEqual([word in call for word in ("size=16", "parts=/videos/p/") for call in calls], [True, False, True, False])
        self.assertIn("--depends-on jobId=some-id", calls[1])
        self.assertEqual(self.script("aws-batch/submit.sh", "aws", "echo some-id", *arguments[1:])[0], 1)

    def test_scripts_are_sound(self):
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is not installed")
        scripts = glob.glob(os.path.join(DEPLOY, "*", "*.s[hb]*"))
        self.assertGreaterEqual(len(scripts), 5)
        found = subprocess.run(["shellcheck", *scripts], stdout=subprocess.PIPE, check=False)
        self.assertEqual(found.returncode, 0, found.stdout.decode())

    def test_the_commands_are_ones_that_vmaf_takes(self):
        commands = [load("aws-batch", name)["containerProperties"]["command"] for name in ("shard.json", "merge.json")]
        if yaml:
            jobs = [load("kubernetes", name)["spec"]["template"]["spec"]["containers"][0] for name in ("shards.yaml", "merge.yaml")]
            argo = {template["name"]: template for template in load("argo", "workflow.yaml")["spec"]["templates"]}
            commands += [job["args"] for job in jobs] + [argo[name]["container"]["args"] for name in ("shard", "merge")]
        ours = dict(zip(("-r", "-d"), self.pair(count=40)[1::2]))
        for shard, merge in zip(commands[::2], commands[1::2]):
            parts, report = self.path("parts/"), self.path("report.json")
            arguments = list(shard)
            for option, value in {**ours, "--shard": "1/1", "-o": parts}.items():
                arguments[arguments.index(option) + 1] = value
            self.check(run(*arguments, "--no_cuda"), 0)
            arguments = [parts if before == "--merge" else report if before == "-o" else word
                         for before, word in zip([None, *merge], merge)]
            self.check(run(*arguments), 0)
            self.assertEqual(len(json.loads(self.read("report.json"))["frames"]), 40)
            for file in os.listdir(parts):
                os.remove(os.path.join(parts, file))


if __name__ == "__main__":
    unittest.main(verbosity=2)
