# Turns a test results file into a line per test: outcome, seconds, name, with tabs between.

BEGIN { RS = "<"; OFS = "\t" }

$1 == "UnitTestResult" {
    outcome = attribute("outcome")
    split(attribute("duration"), time, ":")
    print (outcome == "Passed" ? "passed" : outcome == "NotExecuted" ? "skipped" : "failed"),
        sprintf("%.3f", time[1] * 3600 + time[2] * 60 + time[3]), attribute("testName")
}

function attribute(name,    start, value) {
    start = index($0, " " name "=\"")
    if (!start) return ""
    value = substr($0, start + length(name) + 3)
    value = substr(value, 1, index(value, "\"") - 1)
    gsub(/&#x?[0-9A-Fa-f]+;/, " ", value)
    gsub(/&lt;/, "<", value)
    gsub(/&gt;/, ">", value)
    gsub(/&quot;/, "\"", value)
    gsub(/&apos;/, "'", value)
    gsub(/&amp;/, "\\&", value)
    return value
}
