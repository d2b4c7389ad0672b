/* A C99 program that scores two frames through the public API; linked by the C compiler against the installed library. */
#include <libvmaf/libvmaf.h>
#include <stdio.h>

static int fail(const char* call, int error) {
    fprintf(stderr, "client: %s returned %d\n", call, error);
    return 1;
}

static int make_picture(VmafPicture* pic, unsigned frame, unsigned coarseness) {
    unsigned x, y;
    unsigned char* row;
    const int error = vmaf_picture_alloc(pic, VMAF_PIX_FMT_YUV420P, 8, 128, 96);
    if (error) return error;
    for (y = 0; y < pic->h[0]; y++) {
        row = (unsigned char*)pic->data[0] + (ptrdiff_t)y * pic->stride[0];
        for (x = 0; x < pic->w[0]; x++)
            row[x] = (unsigned char)(((x * x / 7 + y * (x % 11) + frame * 5) & 0xff) / coarseness * coarseness);
    }
    return 0;
}

static int score(VmafContext* vmaf, VmafModel* model) {
    VmafPicture ref, dis;
    double value;
    unsigned frame;
    int error = vmaf_use_features_from_model(vmaf, model);
    if (error) return fail("vmaf_use_features_from_model", error);
    for (frame = 0; frame < 2; frame++) {
        if ((error = make_picture(&ref, frame, 1)) || (error = make_picture(&dis, frame, 9)))
            return fail("vmaf_picture_alloc", error);
        if ((error = vmaf_read_pictures(vmaf, &ref, &dis, frame))) return fail("vmaf_read_pictures", error);
    }
    if ((error = vmaf_read_pictures(vmaf, NULL, NULL, 0))) return fail("vmaf_read_pictures(NULL)", error);
    if ((error = vmaf_score_pooled(vmaf, model, VMAF_POOL_METHOD_MEAN, &value, 0, 1)))
        return fail("vmaf_score_pooled", error);
    printf("%s %.17g\n", vmaf_version(), value);
    return 0;
}

int main(void) {
    VmafConfiguration config = {VMAF_LOG_LEVEL_WARNING, 2, 0, 0, 1};
    VmafModelConfig model_config = {NULL, VMAF_MODEL_FLAGS_DEFAULT};
    VmafContext* vmaf;
    VmafModel* model;
    int status;
    int error = vmaf_init(&vmaf, config);
    if (error) return fail("vmaf_init", error);
    if ((error = vmaf_model_load(&model, &model_config, "vmaf_v0.6.1"))) return fail("vmaf_model_load", error);
    status = score(vmaf, model);
    vmaf_model_destroy(model);
    if ((error = vmaf_close(vmaf))) return fail("vmaf_close", error);
    return status;
}
