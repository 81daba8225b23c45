/*
 * Structures of a kernel with pointers of this program's own width: 64 bits
 * (amd64).  A program of 32 bits never asks for it.
 */
#define BODY_SOURCE procmap_source64

#include "decode_body.h"
