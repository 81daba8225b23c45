/* Structures of a kernel with pointers of 64 bits (amd64). */
#define UVMSIM_LP64
#define BODY_SOURCE procmap_source64

#include "decode_body.h"
