// Last step of the data flow: picks the report format, and prints single values.
#include "report/report.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/option.h"
#include "libvmaf/libvmaf_ext.h"
#include "report/text.h"

namespace vmaf {

namespace {

/// True if the fraction is not zero but takes more than six multiplications by ten to reach one.
bool has_tiny_fraction(double value) {
    const double magnitude = std::fabs(value);
    if (!(magnitude < 2147483648.)) return false;
    double fraction = magnitude - std::trunc(magnitude);
    if (fraction == 0) return false;
    for (int digit = 0; digit < 6; digit++) fraction *= 10;
    return fraction < 1;
}

}  // namespace

std::string format_score(double value, int precision) {
    if (precision == 0 || !std::isfinite(value)) return format_fixed(value, has_tiny_fraction(value) ? 16 : 6);
    return format_general(value, std::min(precision, VMAF_REPORT_PRECISION_MAX));
}

void write_report(std::ostream& out, const Report& report, VmafOutputFormat format) {
    switch (format) {
        case VMAF_OUTPUT_FORMAT_XML: return write_xml(out, report);
        case VMAF_OUTPUT_FORMAT_JSON: return write_json(out, report);
        case VMAF_OUTPUT_FORMAT_CSV: return write_csv(out, report);
        case VMAF_OUTPUT_FORMAT_SUB: return write_subtitle(out, report);
        default: fail(EINVAL, "unknown report format ", static_cast<int>(format), "; there are XML, JSON, CSV and SUB");
    }
}

}  // namespace vmaf
