/*
 * Structures of a kernel with 32-bit pointers (i386).
 */
#define UVMSIM_ILP32
#define BODY_SOURCE procmap_source32

#include "decode_body.h"
