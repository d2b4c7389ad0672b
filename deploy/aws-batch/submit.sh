#!/usr/bin/env bash
# Submits an array of shards to a queue, and the merge that depends on it. Both definitions must be registered:
# aws batch register-job-definition --cli-input-json file://deploy/aws-batch/shard.json, and the same of merge.json.
#
#   deploy/aws-batch/submit.sh QUEUE SHARDS REFERENCE DISTORTED PARTS REPORT     paths as the containers see them; SHARDS from 2 to 10000
set -euo pipefail
if [ $# != 6 ]; then
    echo "Usage: $0 QUEUE SHARDS REFERENCE DISTORTED PARTS REPORT" >&2
    exit 1
fi
queue=$1 shards=$2 reference=$3 distorted=$4 parts=$5 report=$6
array=$(aws batch submit-job --job-name vmaf-shards --job-queue "$queue" --job-definition vmaf-shard --array-properties "size=$shards" \
    --parameters "reference=$reference,distorted=$distorted,parts=$parts/" --query jobId --output text)
aws batch submit-job --job-name vmaf-merge --job-queue "$queue" --job-definition vmaf-merge --depends-on "jobId=$array" \
    --parameters "parts=$parts,report=$report"
