/*
 * Included before isofs/cd9660/cd9660_node.h.
 */
#ifndef UVMSIM_OPENBSD_ISOFS_CD9660_ISO_H
#define UVMSIM_OPENBSD_ISOFS_CD9660_ISO_H
#endif
