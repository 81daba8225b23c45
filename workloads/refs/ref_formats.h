/*
 * The formats of references that refsource.c knows, one file each.
 */
#ifndef WL_REF_FORMATS_H
#define WL_REF_FORMATS_H

#include "refsource.h"

extern const struct wl_refformat wl_ref_pinatrace;	/* ref_pin.c */
extern const struct wl_refformat wl_ref_course;		/* ref_course.c */
extern const struct wl_refformat wl_ref_hex;		/* ref_list.c */
extern const struct wl_refformat wl_ref_decimal;
extern const struct wl_refformat wl_ref_objects;
extern const struct wl_refformat wl_ref_csv;		/* ref_csv.c */
extern const struct wl_refformat wl_ref_perfscript;	/* ref_perf.c */
extern const struct wl_refformat wl_ref_perftrace;
extern const struct wl_refformat wl_ref_drmemtrace;	/* ref_drmem.c */
extern const struct wl_refformat wl_ref_champsim;	/* ref_champsim.c */
extern const struct wl_refformat wl_ref_cloudsuite;
extern const struct wl_refformat wl_ref_oracle;		/* ref_oracle.c */
extern const struct wl_refformat wl_ref_refused;	/* ref_refused.c */
extern const struct wl_refformat wl_ref_generated;	/* ref_gen.c */

#endif /* WL_REF_FORMATS_H */
