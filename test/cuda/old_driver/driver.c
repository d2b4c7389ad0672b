/* A libcuda.so.1 that lacks all but one entry point. */
int cuInit(unsigned flags);
int cuInit(unsigned flags) { return flags ? 1 : 0; }
