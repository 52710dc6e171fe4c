# Sourced by ./run: steps with their output in a log each, and a summary. Set `stages` (how many there will be) first.
# shellcheck shell=bash
logs=build/logs
stage_no=0
stages=0
summary=()

now_ms() { local t=${EPOCHREALTIME/[.,]/}; echo $((t / 1000)); }
seconds_since() { local ms=$(($(now_ms) - $1)); printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100)); }
started=$(now_ms)

finish() {
    local status=$1
    echo
    printf '%s\n' "${summary[@]}"
    echo "total: $(seconds_since "$started")"
    exit "$status"
}

# stage TITLE COMMAND…: runs it with its output in a log, tells how long it took; the first failure ends the run.
stage() {
    local title=$1 log began
    shift
    stage_no=$((stage_no + 1))
    log=$logs/$(printf '%02d' "$stage_no")-${title//[^a-z0-9]/-}.log
    mkdir -p "$logs"
    printf '[%d/%d] %s … ' "$stage_no" "$stages" "$title"
    began=$(now_ms)
    if "$@" >"$log" 2>&1 </dev/null; then
        echo "ok, $(seconds_since "$began")"
        summary+=("ok      $title: $(seconds_since "$began")")
        return
    fi
    echo "FAILED after $(seconds_since "$began")"
    echo
    # The compiler's or the test's own words; ctest and ninja put the essence last.
    tail -n 80 "$log"
    summary+=("FAILED  $title (all of it: $log)")
    finish 1
}
