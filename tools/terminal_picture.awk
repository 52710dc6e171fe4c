# Draws a terminal's text as SVG, for the README:  nodtrack … | awk -v command='nodtrack …' -f tools/terminal_picture.awk
# Colours follow the words of the judgement, so that the eye finds what matters; nothing hangs on colour alone.
function escape(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); return text }
function colour(text) {
    if (text ~ /^  !/ || text ~ /^    [^ ].*not verified/) return "#e0b05a"
    if (text ~ /URGENT_ESCALATION|TUMOUR_BOARD|METASTASIS_CRITERIA_MET/) return "#ff8f7a"
    if (text ~ /PET_CT|SHORT_INTERVAL_CT|DATA_REQUIRED|SUSPICIOUS/) return "#ffd479"
    if (text ~ /CONTINUE_SURVEILLANCE|BENIGN_APPEARING/) return "#8fd694"
    if (text ~ /^[A-Z][A-Z ]+/) return "#9ecbff"
    return "#d8dee9"
}
{ line[NR] = $0; if (length($0) > widest) widest = length($0) }
END {
    size = 13; step = 18; advance = 7.83
    if (length(command) + 2 > widest) widest = length(command) + 2
    width = int(widest * advance + 40); height = (NR + 1) * step + 52
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n", width, height, width, height
    printf "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#1d2330\"/>\n", escape(command)
    print "<circle cx=\"18\" cy=\"16\" r=\"5\" fill=\"#ff5f57\"/><circle cx=\"36\" cy=\"16\" r=\"5\" fill=\"#febc2e\"/><circle cx=\"54\" cy=\"16\" r=\"5\" fill=\"#28c840\"/>"
    printf "<g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"%d\" xml:space=\"preserve\">\n", size
    printf "<text x=\"20\" y=\"48\" fill=\"#7fdbca\">$ %s</text>\n", escape(command)
    for (i = 1; i <= NR; i++)
        if (line[i] != "") printf "<text x=\"20\" y=\"%d\" fill=\"%s\">%s</text>\n", 48 + i * step, colour(line[i]), escape(line[i])
    print "</g>\n</svg>"
}
