/* usage: client MODEL FEATURE|- THREADS BITS: scores computed pictures through the public API and prints every score. */
#include <libvmaf/libvmaf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kFrames = 3, kWidth = 176, kHeight = 144 };

static void check(int error, const char* call) {
    if (!error) return;
    printf("%s returned %d\n", call, error);
    exit(1);
}

static void fill(VmafPicture* pic, unsigned frame, unsigned step) {
    unsigned p, x, y;
    for (p = 0; p < 3; p++)
        for (y = 0; y < pic->h[p]; y++)
            for (x = 0; x < pic->w[p]; x++) {
                const unsigned value = ((x * x / 7 + y * (x % 11) + frame * 5 + p * 40) & 0xff) / step * step
                                       << (pic->bpc - 8);
                uint8_t* row = (uint8_t*)pic->data[p] + (ptrdiff_t)y * pic->stride[p];
                if (pic->bpc > 8)
                    ((uint16_t*)row)[x] = (uint16_t)value;
                else
                    row[x] = (uint8_t)value;
            }
}

int main(int argc, char** argv) {
    VmafConfiguration config = {VMAF_LOG_LEVEL_NONE, 0, 0, 0, 0};
    VmafModelConfig model_config = {NULL, VMAF_MODEL_FLAG_DISABLE_CLIP};
    VmafContext* vmaf;
    VmafModel* model;
    VmafPicture ref, dis;
    unsigned frame, bits;
    double value;
    if (argc != 5) return 2;
    config.n_threads = (unsigned)atoi(argv[3]);
    bits = (unsigned)atoi(argv[4]);
    check(vmaf_init(&vmaf, config), "vmaf_init");
    check(vmaf_model_load(&model, &model_config, argv[1]), "vmaf_model_load");
    check(vmaf_use_features_from_model(vmaf, model), "vmaf_use_features_from_model");
    if (strcmp(argv[2], "-")) check(vmaf_use_feature(vmaf, argv[2], NULL), "vmaf_use_feature");
    for (frame = 0; frame < kFrames; frame++) {
        check(vmaf_picture_alloc(&ref, VMAF_PIX_FMT_YUV420P, bits, kWidth, kHeight), "vmaf_picture_alloc");
        check(vmaf_picture_alloc(&dis, VMAF_PIX_FMT_YUV420P, bits, kWidth, kHeight), "vmaf_picture_alloc");
        fill(&ref, frame, 1);
        fill(&dis, frame, 61);
        check(vmaf_read_pictures(vmaf, &ref, &dis, frame), "vmaf_read_pictures");
    }
    check(vmaf_read_pictures(vmaf, NULL, NULL, 0), "vmaf_read_pictures(NULL)");
    for (frame = 0; frame < kFrames; frame++) {
        check(vmaf_score_at_index(vmaf, model, &value, frame), "vmaf_score_at_index");
        printf("%u %.9g\n", frame, value);
    }
    check(vmaf_score_pooled(vmaf, model, VMAF_POOL_METHOD_HARMONIC_MEAN, &value, 0, kFrames - 1), "vmaf_score_pooled");
    printf("pooled %.9g\n", value);
    vmaf_model_destroy(model);
    check(vmaf_close(vmaf), "vmaf_close");
    return 0;
}
