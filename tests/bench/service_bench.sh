#!/bin/bash
# service_bench.sh BUILD [PATIENTS [SECONDS]]: how long the service's answers take (service_latency.py).
set -euo pipefail
exec python3 "$(dirname "$0")/service_latency.py" "$1/bin/nodtrack" "${2:-20000}" "${3:-30}"
