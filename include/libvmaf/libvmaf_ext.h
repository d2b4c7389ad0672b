/* Additions to the libvmaf C API: error texts, logging, score callbacks, report options, pictures where the client has them, questions
 * about features.
 * Programs that must also link against other libvmaf builds should not include this header.
 *
 * SPDX-License-Identifier: BSD-2-Clause-Patent
 */
#ifndef LIBVMAF_EXT_H
#define LIBVMAF_EXT_H

#include <stddef.h>

#include "libvmaf.h"

#ifdef __cplusplus
extern "C" {
#endif

struct VmafCudaState; /* VmafCudaState of libvmaf_cuda.h */

/** Text of the calling thread's last failed call: what failed, where, and the way out. Never NULL; "" if none failed.
 *  Valid until the thread's next call of the library. */
VMAF_API const char *vmaf_last_error(void);

/** Receives one message without a newline. Must not call the library. May be called from any of its threads, one call at a time
 *  for one context. */
typedef void (*VmafLogCallback)(void *data, enum VmafLogLevel level, const char *message);

/** Sends the context's messages to `callback` instead of standard error; NULL restores that.
 *
 * @return 0; -EINVAL if `vmaf` is NULL.
 */
VMAF_API int vmaf_set_log_callback(VmafContext *vmaf, VmafLogCallback callback, void *data);

/** Chooses what becomes of the messages of calls that belong to no context, such as vmaf_model_load() and vmaf_init(): those up to `level`
 *  go to `callback`, or to standard error if it is NULL. One choice for the whole process, which holds from then on.
 *
 * Without it the level is that of the last vmaf_init(), and before the first one nothing is said. vmaf_last_error() has the text in any
 * case. Thread-safe; the callback may be called from several threads at a time.
 *
 * @return 0; -EINVAL for an unknown level.
 */
VMAF_API int vmaf_set_process_log(enum VmafLogLevel level, VmafLogCallback callback, void *data);

/** One score, as a metadata callback gets it. `feature_name` is valid during the call. */
typedef struct VmafMetadata {
    char *feature_name;
    unsigned picture_index;
    double score;
} VmafMetadata;

/** Whom to tell about which score. `feature_name` is copied. */
typedef struct VmafMetadataConfiguration {
    char *feature_name;
    void (*callback)(void *data, VmafMetadata *metadata);
    void *data;
} VmafMetadataConfiguration;

/** Has `cfg.callback` called with each value of one feature, or of one registered model, as soon as it is known.
 *
 * `cfg.feature_name` is a full feature name, whose extractor may be registered later, or the name of a registered model's column (see
 * vmaf_use_features_from_model()) or of one of a registered collection's, such as vmaf_bagging. Values that are known already come first,
 * by ascending frame index, from within this call; the others follow one at a time in reading order, from the thread that completed the
 * frame. The callback may query scores of the same context.
 *
 * @return 0; -EINVAL for a null pointer or callback, and for a name that no value will ever come under; -ENOMEM.
 */
VMAF_API int vmaf_register_metadata_handler(VmafContext *vmaf, VmafMetadataConfiguration cfg);

/** Bits of VmafReportOptions.flags. */
enum VmafReportFlags {
    VMAF_REPORT_PARAMS = 1 /**< add the library version, the backend of each feature and the models */
};

/** Value of VmafReportOptions.precision that lets every value be read back exactly. */
#define VMAF_REPORT_PRECISION_MAX 17

typedef struct VmafReportOptions {
    enum VmafOutputFormat format;
    int precision;  /**< significant digits, 1 to 17; 0: six decimals, as vmaf_write_output() */
    unsigned flags; /**< VmafReportFlags */
} VmafReportOptions;

/** vmaf_write_output() with options. `path` "-" is standard output.
 *
 * @return 0; -EINVAL for bad arguments; -EIO, -ENOENT, -EACCES, ... if the file can't be written.
 */
VMAF_API int vmaf_write_report(VmafContext *vmaf, const char *path, const VmafReportOptions *options);

/** One statistic of a model's scores over the frames from `index_low` to `index_high`, as vmaf_score_pooled(): "min", "max", "mean" and
 *  "harmonic_mean", which are those of vmaf_score_pooled(); "median"; "p0" to "p100", percentiles, between the values at both sides of the
 *  place in proportion; "stddev", the standard deviation of these frames; "low1", the mean of the lowest hundredth of the values, at least
 *  one of them.
 *
 * @return as vmaf_score_pooled(); -EINVAL also for an unknown name, with a list of the known ones in vmaf_last_error().
 */
VMAF_API int vmaf_score_statistic(VmafContext *vmaf, VmafModel *model, const char *statistic, double *score,
                                  unsigned index_low, unsigned index_high);

/** vmaf_score_statistic() for one feature. */
VMAF_API int vmaf_feature_score_statistic(VmafContext *vmaf, const char *feature_name, const char *statistic,
                                          double *score, unsigned index_low, unsigned index_high);

/** Chooses the statistics that reports show of each column: names of vmaf_score_statistic(), separated by commas, in the order of showing.
 *  Formats without pooled values, CSV and subtitles, stay as they are.
 *
 * Without it, and for NULL, they are "min,max,mean,harmonic_mean".
 *
 * @return 0; -EINVAL for a NULL context, an unknown name, or one that is there twice. The choice is then unchanged.
 */
VMAF_API int vmaf_set_report_statistics(VmafContext *vmaf, const char *names);

/** Adds a fact of the client's own to those that VMAF_REPORT_PARAMS shows, behind the library's: where the videos come from, what was done to them.
 *
 * @param name of letters, digits, '_' and '.', with a '.' within: "reference.format". A name that begins with "model." or "backend." is the library's.
 * @param value in UTF-8; takes the place of an earlier one of that name. NULL takes the fact away.
 * @return 0; -EINVAL for a NULL context or name, or a bad name; -ENOMEM.
 */
VMAF_API int vmaf_set_report_parameter(VmafContext *vmaf, const char *name, const char *value);

/** One column of a report: a feature's values, or those of a model. All that it points to is valid during the call alone. */
typedef struct VmafReportColumn {
    const char *name;         /**< as reports show it */
    const char *feature_name; /**< in full, as vmaf_feature_score_at_index() takes it; of a model its column's name */
    int is_model;             /**< 1: the scores of a model, or a figure of a collection */
    size_t count;             /**< frames of the report that have a value */
    const unsigned *frames;   /**< their indexes, ascending */
    const double *values;     /**< one for each of them */
    size_t statistic_count;   /**< as many as were asked for; 0 if a frame that was read lacks the value */
    const double *statistics; /**< in the order of the names asked for */
} VmafReportColumn;

/** Whom vmaf_visit_report() calls; a member that is NULL is left out. They must not call the library. */
typedef struct VmafReportVisitor {
    size_t size; /**< sizeof(VmafReportVisitor) */
    void (*column)(void *data, const VmafReportColumn *column);
    void (*aggregate)(void *data, const char *name, double value);      /**< figures of the whole stream */
    void (*parameter)(void *data, const char *name, const char *value); /**< what VMAF_REPORT_PARAMS adds to reports */
} VmafReportVisitor;

/** Hands out what a report would show, for those who write one of their own: columns in the order of reports, then figures of the whole
 *  stream, then parameters; each exact, as a double.
 *
 * @param statistics names of vmaf_score_statistic(), separated by commas; NULL: those of vmaf_set_report_statistics() or its default.
 * @return 0; -EINVAL for a null context or visitor, a size that is not that of the struct, an unknown name or one that is there twice; nothing
 *         has been called then.
 */
VMAF_API int vmaf_visit_report(VmafContext *vmaf, const char *statistics, const VmafReportVisitor *visitor, void *data);

/** A value as reports print it, whatever the locale.
 *
 * @param precision as in VmafReportOptions.
 * @return 0; -EINVAL for a null pointer, another precision, or if it takes more than `size` - 1 characters, which 400 are enough for.
 */
VMAF_API int vmaf_format_score(double value, int precision, char *text, size_t size);

/** Finds out, before any work, whether a report can be written to `path`; leaves nothing behind.
 *
 * @return 0; -EINVAL for a null pointer; otherwise the system's refusal, in vmaf_last_error() alone. What happens later, such as a
 *         disk that fills up, can still make the report fail.
 */
VMAF_API int vmaf_report_path_check(const char *path);

/** Scores pictures of fewer than `bpc` bits per sample as if they had that many: their samples are shifted left, which is exact.
 *
 * 10 is for VMAF v1, which is meant to run on 10 bits even where the source has 8. Applies to everything that the context scores; reports say
 * so. To be called before the first picture; 8, as at first, leaves all pictures as they are. What a GPU computes is lifted there.
 *
 * @param bpc 8 to 16.
 * @return 0; -EINVAL for a NULL context, another depth, or after the first picture.
 */
VMAF_API int vmaf_set_least_depth(VmafContext *vmaf, unsigned bpc);

/** Bits of VmafFrame.flags: how samples lie in the frame's memory, and what memory that is. */
enum VmafFrameFlags {
    VMAF_FRAME_INTERLEAVED_CHROMA = 1, /**< data[1] has a V behind each U: NV12, NV16, NV24, P010, P012, P016 */
    VMAF_FRAME_HIGH_BITS = 2,          /**< samples of 9 to 15 bits lie in the high bits of their words: P010, P012 */
    VMAF_FRAME_DEVICE = 4,             /**< data[] are CUdeviceptr values */
    VMAF_FRAME_STAYS_MAPPED = 8 /**< host memory that stays mapped until vmaf_close() of the context that reads it: the
                                            library may page-lock what comes back, and read it where it lies */
};

/** A frame in the client's own memory. */
typedef struct VmafFrame {
    size_t size; /**< sizeof(VmafFrame) */
    enum VmafPixelFormat pix_fmt;
    unsigned bpc;        /**< bits of a sample, 8 to 16 */
    unsigned w, h;       /**< of luma; chroma sizes are half of it rounded down where the format subsamples */
    unsigned flags;      /**< VmafFrameFlags; 0: planes in host memory, samples in low bits */
    const void *data[3]; /**< first sample of each plane that there is */
    ptrdiff_t stride[3]; /**< bytes from row to row: any that hold a row */
    void *cu_context;    /**< device memory: its CUcontext; NULL: that of the context's CUDA state, if it has one */
    void *
        cu_stream; /**< device memory: the CUstream whose work so far fills the frame; NULL: as for other device pictures */
    void *cu_event;              /**< instead of a stream: a CUevent, recorded behind that work */
    void (*release)(void *data); /**< called once, when the library has done with the frame; NULL: nobody is told */
    void *release_data;          /**< for `release` */
} VmafFrame;

/** Makes a picture of a frame that stays in the client's memory, for vmaf_read_pictures(); nothing is copied here.
 *
 * Samples must not change, and the memory must not go, until `release` is called: when no extractor reads the frame any more, which is after
 * its scores are there, or after those of the two frames behind it for metrics that look back. At most the frames in work are held, and
 * none when the flush has returned.
 * `release` comes on any thread, also on one of the library's own or within a call of the client's, and must not call the library. It is
 * called too when vmaf_picture_unref() gives up a picture that was not read.
 *
 * On a GPU a frame in device memory is read where it lies if rows start at multiples of 16 bytes, samples have the depth that is scored
 * and lie in low bits, and, for chroma, in planes of its own. Else a kernel brings it into shape. Frames of another CUcontext are copied on the
 * device. Page-locked host memory is read by the GPU itself; of other host memory the library's threads copy the planes that are needed.
 *
 * A stream must live until vmaf_read_pictures() has returned, an event must have been recorded by then and lives on until `release`.
 *
 * @return 0; -EINVAL for a null pointer, a size, depth, flag or stride that can't be, a missing plane; -ENOMEM. `pic` is then untouched, and
 *         `release` not called. Thread-safe.
 */
VMAF_API int vmaf_picture_wrap(VmafPicture *pic, const VmafFrame *frame);

/** Reads one reference against many encodes of it: vmaf_read_pictures() of (`ref`, `dist[i]`) as frame `index` into `contexts[i]`, for each i
 *  below `count`. The reference goes to a GPU once, and what metrics make of it alone is computed once, not once per encode; scores have
 *  the same bits either way.
 *
 * Contexts may differ in features, models, threads and backend, and are used as if each had been read into in turn. `ref` NULL and
 * `dist` NULL: the stream has ended, for all of them.
 *
 * Takes over all pictures, whatever happens. Where one context refuses its pair, the others still get theirs.
 *
 * @return 0; else the first error, as vmaf_read_pictures(); vmaf_last_error() names the encode, counted from 0. -EINVAL also for a NULL
 *         pointer or a count of 0.
 */
VMAF_API int vmaf_read_encodes(VmafContext **contexts, unsigned count, VmafPicture *ref, VmafPicture *dist,
                               unsigned index);

/** Which planes the registered extractors read: bit p of `*mask` for plane p. Others need not be filled in.
 *
 * @return 0; -EINVAL for a null pointer.
 */
VMAF_API int vmaf_picture_planes_needed(VmafContext *vmaf, unsigned *mask);

/** Scores frames `first` to `last` alone, as part of a longer video: they get the values that a run over all frames gives them.
 *
 * Pictures keep their numbers in the video. Those around the range that metrics look at, see vmaf_pictures_needed(), must be read too, in
 * order; they have no scores, and appear in no report and in no pooled value. Figures of the stream, such as apsnr_y, are of the range. To be
 * called before the first picture.
 *
 * @return 0; -EINVAL for a NULL context, an empty range, or after the first picture.
 */
VMAF_API int vmaf_set_frame_range(VmafContext *vmaf, unsigned first, unsigned last);

/** Which pictures must be read for the range of vmaf_set_frame_range() or the part of vmaf_begin_part(), given what is registered: from
 *  `*first` to `*last`, or to the video's end where that comes before. Without a range and a part it is all of them.
 *
 * @return 0; -EINVAL for a null pointer.
 */
VMAF_API int vmaf_pictures_needed(VmafContext *vmaf, unsigned *first, unsigned *last);

/** A part of a run: consecutive frames whose pictures one context reads, so that several processes or machines share a video. */
typedef struct VmafPart {
    size_t size;                  /**< sizeof(VmafPart) */
    unsigned first, last;         /**< frames of the part */
    unsigned run_first, run_last; /**< frames of all parts together */
    const char *
        fingerprint; /**< UTF-8 text: what must be the same for all parts, such as the videos and the options; lines that
                                  differ are named in errors. NULL: "" */
} VmafPart;

/** Makes the context keep what it measures of a part's frames, for vmaf_write_part(), instead of scoring them.
 *
 * Pictures are read in order from the first one of vmaf_pictures_needed() on, under their numbers in the video; those before the part are
 * looked back at alone. Register all extractors and models before the first picture. Extractors that write files of their own, such as
 * cambi with heatmaps, can't take part. The context has no scores. Memory grows by what vmaf_write_part() writes: about 450 bytes a frame for a VMAF
 * model.
 *
 * @return 0; -EINVAL for a null pointer, a range that is empty or not within the run, or after the first picture.
 */
VMAF_API int vmaf_begin_part(VmafContext *vmaf, const VmafPart *part);

/** Writes the part's file, after the flush. The file appears whole, and on the disk, or not at all; one of the same name is replaced. The same
 *  bytes come from every backend and number of threads.
 *
 * @return 0; -EINVAL without a part, before the flush, or if frames of the part were not read; -ENOSPC, -EACCES, ... if the file can't be
 *         written.
 */
VMAF_API int vmaf_write_part(VmafContext *vmaf, const char *path);

/** Scores the frames of all parts of a run, in any order of `paths`, as if their pictures were read: what follows the flush, such as models,
 *  pooling and reports, gives what one run gives, to the last bit.
 *
 * Comes instead of the pictures, once, after registration; then flush the context as usual. The context must have the settings of those
 * that wrote the parts (n_subsample, least depth, range of frames) and be of the same version of the library. Models and extractors may be
 * any whose measurements the parts hold. One part is in memory at a time.
 *
 * @return 0; -EINVAL for a null pointer, files that are no parts, damaged, or of different runs, frames that are in no part or differ between
 *         two, and for an extractor that the parts lack, vmaf_last_error() naming the files; -ENOENT, -EIO, ... if one can't be read. Where
 *         scoring had begun, the flush fails too.
 */
VMAF_API int vmaf_read_parts(VmafContext *vmaf, const char *const *paths, size_t count);

/** What a part says of itself, as JSON text, for vmaf_text_free(): its frames, those of the run, picture format, extractors, fingerprint.
 *
 * @return 0; -EINVAL for a null pointer, and if the file is no part; -ENOENT, ... if it can't be read. `*json` is then NULL.
 */
VMAF_API int vmaf_part_describe(const char *path, char **json);

/** Checks that a part's file is whole. @return 0; as vmaf_part_describe() if it is not. */
VMAF_API int vmaf_part_check(const char *path);

/** Frees a text that the library made; NULL is allowed. */
VMAF_API void vmaf_text_free(char *text);

/** Checks an extractor name and its options without registering them. `opts` may be NULL and stays the caller's.
 *
 * @return 0; -EINVAL if the extractor or one of its options is unknown or a value is out of range; vmaf_last_error() says which.
 */
VMAF_API int vmaf_feature_option_check(const char *feature_name, const VmafFeatureDictionary *opts);

/** Sets `*uses` to 1 if one of a model's features comes from the extractor `feature_name`, so that an overload of its options has an
 *  effect, and to 0 if not, also for an unknown extractor.
 *
 * @return 0; -EINVAL for a null pointer.
 */
VMAF_API int vmaf_model_uses_feature(const VmafModel *model, const char *feature_name, int *uses);

/** Name of the backend that computes a feature ("cpu" or "cuda"), for a full feature name. Static storage.
 *
 * @return 0; -EINVAL for a null pointer or a feature that no registered extractor delivers.
 */
VMAF_API int vmaf_feature_backend(VmafContext *vmaf, const char *feature_name, const char **backend);

/** vmaf_cuda_state_init() on the primary context of one device, by index.
 *
 * @return as vmaf_cuda_state_init(); -ENODEV if there is no such device.
 */
VMAF_API int vmaf_cuda_state_init_device(struct VmafCudaState **cu_state, unsigned device);

/** Frees a state that no context has taken over; NULL is allowed. @return 0; -ENOSYS in a build without CUDA. */
VMAF_API int vmaf_cuda_state_free(struct VmafCudaState *cu_state);

/** vmaf_cuda_import_state() of several devices at once: they share the context's frames, chunks of consecutive ones to each, and the scores
 *  are those of one device to the last bit.
 *
 * Frames in host memory go to the device with least to do. Frames in device memory are scored on the device that they lie on, so that they
 * should come in runs of about 2^27 luma samples to each (64 frames at most, 8 at least); they are wrapped with vmaf_picture_wrap(), which must name their `cu_context`. Frames that the
 * passes look back at are copied where devices meet. A device that fails leaves its frames to the others, with a warning in the log; the
 * last one's failure is the context's. Frames in the memory of a device that failed fail.
 *
 * More frames are in work than with one device: see vmaf_picture_wrap() for when they are released. Pools of pictures in device memory, and
 * vmaf_cuda_pictures_follow_stream() and _event(), are for contexts with one device: -EINVAL.
 *
 * @param cu_states `count` states of different contexts; the VmafContext owns them from then on if this returns 0.
 * @return 0; -EINVAL for a null pointer, a count of 0, the same context twice, a context that has a device, or after the first picture;
 *         -ENOSYS in a build without CUDA.
 */
VMAF_API int vmaf_cuda_import_states(VmafContext *vmaf, struct VmafCudaState **cu_states, unsigned count);

/** Names the stream that fills device pictures: those handed in from now on are complete when all work is that the stream holds at
 *  the call of vmaf_read_pictures(). The library waits for it on the GPU; the client need not.
 *
 * Without this call, and for a NULL stream, it is the legacy default stream of the context given to vmaf_cuda_state_init(). Its order
 * takes in all streams of that context but those made with CU_STREAM_NON_BLOCKING, which alone need to be named.
 * To be called by the thread that reads pictures, which CU_STREAM_PER_THREAD refers to. The stream must belong to the same context and
 * live as long as it is named and pictures are read.
 *
 * @param cu_stream a CUstream.
 * @return 0; -EINVAL for a NULL context or one without a CUDA state; -ENOSYS in a build without CUDA.
 */
VMAF_API int vmaf_cuda_pictures_follow_stream(VmafContext *vmaf, void *cu_stream);

/** Names an event instead: device pictures handed in from now on are complete when it has happened, as it was recorded last at the call
 *  of vmaf_read_pictures(). NULL: as vmaf_cuda_pictures_follow_stream() with NULL.
 *
 * @param cu_event a CUevent of the same context; it must live as long as it is named and pictures are read.
 * @return as vmaf_cuda_pictures_follow_stream().
 */
VMAF_API int vmaf_cuda_pictures_follow_event(VmafContext *vmaf, void *cu_event);

/** Number of CUDA devices; 0 is no error.
 *
 * @return 0; -ENOSYS without CUDA in the library or without its driver; -EIO, -ENODEV if the driver fails; -EINVAL for a null pointer.
 */
VMAF_API int vmaf_cuda_device_count(unsigned *count);

/** Name, compute capability and memory of a device, as text of at most `size` - 1 characters.
 *
 * @return as vmaf_cuda_device_count(); -ENODEV if there is no such device.
 */
VMAF_API int vmaf_cuda_device_describe(unsigned device, char *text, size_t size);

/** Bytes of a device's memory: those that are free at this moment, and all. Takes the device's primary context for the time of the call.
 *
 * @return as vmaf_cuda_device_describe().
 */
VMAF_API int vmaf_cuda_device_memory(unsigned device, size_t *free, size_t *total);

/** The vector instructions that the library uses on this processor, from the weakest set to the best, as text of at most `size` - 1
 *  characters: "SSE4, AVX2"; "none" if there are none.
 *
 * @param cpumask what is not to be used, as in VmafConfiguration.
 * @return 0; -EINVAL for a null pointer or no room.
 */
VMAF_API int vmaf_cpu_describe(uint64_t cpumask, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* LIBVMAF_EXT_H */
