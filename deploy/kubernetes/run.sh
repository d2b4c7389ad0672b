#!/usr/bin/env bash
# Applies the shards, waits until they are complete, and applies the merge. Ends with 1 if a shard has failed for good.
#
#   deploy/kubernetes/run.sh     with what kubectl takes from its configuration
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kubectl apply -f "$here/shards.yaml"
# A job that fails never becomes complete.
until kubectl wait --for=condition=complete --timeout=10s job/vmaf-shards 2>/dev/null; do
    if kubectl wait --for=condition=failed --timeout=0 job/vmaf-shards 2>/dev/null; then
        echo "a shard failed; see kubectl logs -l job-name=vmaf-shards --prefix" >&2
        exit 1
    fi
done
kubectl apply -f "$here/merge.yaml"
