/* VMAF_API: marks the functions of the C API, all that the shared library exports.
 *
 * SPDX-License-Identifier: BSD-2-Clause-Patent
 */
#ifndef LIBVMAF_EXPORT_H
#define LIBVMAF_EXPORT_H

#if defined(__GNUC__)
#define VMAF_API __attribute__((visibility("default")))
#else
#define VMAF_API
#endif

#endif /* LIBVMAF_EXPORT_H */
