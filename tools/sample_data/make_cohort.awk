# Writes the synthetic cohort of sample_data/cohort from its stories:
#
#     awk -v out=sample_data/cohort -f tools/sample_data/make_cohort.awk tools/sample_data/cohort.story
#
# The committed CSV files are the product; neither ./run demo nor ./run test needs this script. Any POSIX awk gives the same bytes.
#
# A line of cohort.story is one of
#   patient ID key=value...      opens a patient (columns of patients.csv; also dlp=, slice=: the usual values of that patient's CTs)
#   story TEXT                   what the patient is for                                       -> expected.csv
#   expect ACTION CLASS DUE RULE...  by hand from the decision table, `-` for no date         -> expected.csv
#   nodule N key=value...        descriptors carried by the rows that follow (at=x,y,z in mm, LPS; hu=; volume=METHOD)
#   ct|pet|xr DATE [key=value...] [N:[status:]long/short[/volume][:key=value,...]...]          -> scans.csv, measurements.csv
#   therapy KIND START END|- [N]                                                               -> therapies.csv
#   event N KIND DATE NOTE                                                                     -> events.csv
# `-` in place of the sizes leaves them empty. What is not written (dose, reader, positions, mean HU) is drawn, always the same way.

BEGIN {
    if (out == "") out = "."
    patient_columns = "patient_id birth_date sex histology tissue grade primary_site curative_treatment_completed_on" \
        " resection_date known_lung_metastases schedule_profile curative_treatment lung_metastases_diagnosed_on follow_up_status"
    scan_columns = "patient_id scan_id scan_date modality purpose iv_contrast slice_thickness_mm reading symptoms" \
        " suspected_local_recurrence new_pneumothorax new_pleural_effusion dlp_mgy_cm dose_phantom_cm"
    measurement_columns = "patient_id scan_id nodule_id status side lobe location long_axis_mm short_axis_mm volume_mm3" \
        " volume_method attenuation solid_component_mm shape margin calcification suv_max position_x_mm position_y_mm" \
        " position_z_mm mean_hu reader"
    descriptors = "side lobe location attenuation shape margin calcification"
    begin_file("patients", patient_columns)
    begin_file("scans", scan_columns)
    begin_file("measurements", measurement_columns)
    begin_file("therapies", "patient_id kind start_date end_date nodule_id")
    begin_file("events", "patient_id nodule_id kind date note")
    begin_file("expected", "patient_id story action patient_class due_date rules")
    seed = 20261120
}

# ---- small parts

function fail(message) { print FILENAME ":" FNR ": " message > "/dev/stderr"; failed = 1; exit 1 }

function begin_file(name, columns,    n, i, names, line)
{
    n = split(columns, names, " ")
    for (i = 1; i <= n; ++i) line = line (i > 1 ? "," : "") names[i]
    print line > (out "/" name ".csv")
}

function quoted(text)
{
    if (text !~ /[",]/) return text
    gsub(/"/, "\"\"", text)
    return "\"" text "\""
}

# One CSV row of `columns` from `row`; forgets the row.
function write_row(name, columns, row,    n, i, names, line)
{
    n = split(columns, names, " ")
    for (i = 1; i <= n; ++i) line = line (i > 1 ? "," : "") quoted(row[names[i]])
    print line > (out "/" name ".csv")
    split("", row)
}

# Uniform in [-1, 1]: Lehmer's generator, exact in double precision, so that every awk draws the same.
function drawn() { seed = (seed * 16807) % 2147483647; return 2 * seed / 2147483647 - 1 }

function rest_from(first,    i, text)
{
    for (i = first; i <= NF; ++i) text = text (i > first ? " " : "") $i
    return text
}

# key=value into `into`.
function set_pair(pair, into,    cut)
{
    cut = index(pair, "=")
    if (!cut) fail("not key=value: " pair)
    into[substr(pair, 1, cut - 1)] = substr(pair, cut + 1)
}

# 0 = Sunday (Zeller); CTs are made on working days.
function weekday(date,    y, m, d)
{
    y = substr(date, 1, 4) + 0; m = substr(date, 6, 2) + 0; d = substr(date, 9, 2) + 0
    if (m < 3) { m += 12; --y }
    return (d + int(13 * (m + 1) / 5) + y + int(y / 4) - int(y / 100) + int(y / 400) + 6) % 7
}

# ---- rows

function write_nodule(token,    n, part, nodule, field, sizes, pairs, count, i, names, xyz, status)
{
    n = split(token, part, ":")
    nodule = part[1]
    if (!((patient, nodule) in known_nodule)) fail("undeclared nodule " nodule)
    field = 2
    status = "present"
    if (part[2] !~ /^[0-9-]/) { status = part[2]; field = 3 }
    split("", m)
    m["patient_id"] = patient; m["scan_id"] = scan; m["nodule_id"] = nodule; m["status"] = status
    if (status == "present" || status == "new") {
        count = split(modality == "ct" ? descriptors : "side lobe", names, " ")
        for (i = 1; i <= count; ++i) m[names[i]] = described[patient, nodule, names[i]]
        if (modality == "ct") m["reader"] = reader
    }
    count = split(part[field], sizes, "/")
    if (part[field] != "-" && count) {
        m["long_axis_mm"] = sizes[1]
        m["short_axis_mm"] = sizes[2]
        if (count == 3) { m["volume_mm3"] = sizes[3]; m["volume_method"] = described[patient, nodule, "volume"] }
        if (split(described[patient, nodule, "at"], xyz, ",") == 3) {
            m["position_x_mm"] = sprintf("%.1f", xyz[1] + shift_x + 0.7 * drawn())
            m["position_y_mm"] = sprintf("%.1f", xyz[2] + shift_y + 0.7 * drawn())
            m["position_z_mm"] = sprintf("%.1f", xyz[3] + shift_z + 0.9 * drawn())
        }
        if (described[patient, nodule, "hu"] != "") m["mean_hu"] = sprintf("%.0f", described[patient, nodule, "hu"] + 7 * drawn())
    }
    count = split(part[field + 1], pairs, ",")
    for (i = 1; i <= count; ++i) set_pair(pairs[i], m)
    write_row("measurements", measurement_columns, m)
}

function write_scan(    i, prefix, dose)
{
    modality = $1 == "xr" ? "radiograph" : ($1 == "pet" ? "pet_ct" : "ct")
    prefix = $1 == "xr" ? "XR-" : ($1 == "pet" ? "PET-" : "CT-")
    scan = prefix $2
    if (weekday($2) == 0 || weekday($2) == 6) print FILENAME ":" FNR ": weekend " $2 > "/dev/stderr"
    if ($2 > "2026-11-15") fail("later than 2026-11-15")
    if (modality == "ct" && $2 <= last_ct) fail("CTs out of order")
    if (modality == "ct") last_ct = $2
    split("", s)
    s["patient_id"] = patient; s["scan_id"] = scan; s["scan_date"] = $2; s["modality"] = modality
    s["purpose"] = modality == "pet_ct" ? "attenuation_correction" : "diagnostic"
    s["iv_contrast"] = "none"
    s["suspected_local_recurrence"] = s["new_pneumothorax"] = s["new_pleural_effusion"] = "no"
    dose = usual_dlp * (1 + 0.06 * drawn())
    if (modality == "ct") {
        s["slice_thickness_mm"] = usual_slice; s["reading"] = "complete"
        if (usual_dlp != "-") { s["dlp_mgy_cm"] = sprintf("%.1f", dose); s["dose_phantom_cm"] = usual_phantom }
    } else if (modality == "pet_ct") {
        s["slice_thickness_mm"] = "3.0"; s["reading"] = "limited"
    }
    reader = "R" (1 + int(1.499 * (1 + drawn())))
    # The first CT is the frame of the declared positions; table and breath differ from then on.
    shift_x = scans_so_far ? 2.5 * drawn() : 0
    shift_y = scans_so_far ? 3.0 * drawn() : 0
    shift_z = scans_so_far ? 7.0 * drawn() : 0
    if (modality == "ct") ++scans_so_far
    for (i = 3; i <= NF; ++i)
        if ($i !~ /^N[0-9]+:/) set_pair($i, s)
    if ("reader" in s) { reader = s["reader"]; delete s["reader"] }
    write_row("scans", scan_columns, s)
    for (i = 3; i <= NF; ++i)
        if ($i ~ /^N[0-9]+:/) write_nodule($i)
}

# ---- lines

/^[ \t]*(#|$)/ { next }

$1 == "patient" {
    patient = $2; last_ct = ""; scans_so_far = 0
    split("", p)
    p["patient_id"] = patient; p["curative_treatment"] = "completed"; p["follow_up_status"] = "active"
    p["known_lung_metastases"] = "none"; p["dlp"] = "72"; p["slice"] = "1.0"; p["phantom"] = "32"
    for (i = 3; i <= NF; ++i) set_pair($i, p)
    usual_dlp = p["dlp"]; usual_slice = p["slice"]; usual_phantom = p["phantom"]
    write_row("patients", patient_columns, p)
    next
}
$1 == "story" { story = rest_from(2); next }
$1 == "expect" {
    split("", e)
    e["patient_id"] = patient; e["story"] = story; e["action"] = $2; e["patient_class"] = $3
    e["due_date"] = $4 == "-" ? "" : $4; e["rules"] = rest_from(5)
    write_row("expected", "patient_id story action patient_class due_date rules", e)
    next
}
$1 == "nodule" {
    known_nodule[patient, $2] = 1
    for (i = 3; i <= NF; ++i) {
        split("", pair)
        set_pair($i, pair)
        for (key in pair) described[patient, $2, key] = pair[key]
    }
    next
}
$1 == "ct" || $1 == "pet" || $1 == "xr" { write_scan(); next }
$1 == "therapy" {
    print patient "," $2 "," $3 "," ($4 == "-" ? "" : $4) "," $5 > (out "/therapies.csv")
    next
}
$1 == "event" { print patient "," $2 "," $3 "," $4 "," quoted(rest_from(5)) > (out "/events.csv"); next }
{ fail("unknown line: " $1) }

END { if (failed) exit 1 }
