#!/usr/bin/env bash
# Applies the shards, waits for them, and applies the merge.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
kubectl apply -f "$here/shards.yaml"
kubectl wait --for=condition=complete --timeout=-1s job/vmaf-shards
kubectl apply -f "$here/merge.yaml"
