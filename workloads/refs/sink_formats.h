/*
 * The formats that refsink.c writes, beside lackey's and our own.
 */
#ifndef WL_SINK_FORMATS_H
#define WL_SINK_FORMATS_H

#include "refsink.h"

extern const struct wl_sinkformat wl_sink_pinatrace;	/* sink_text.c */
extern const struct wl_sinkformat wl_sink_course;
extern const struct wl_sinkformat wl_sink_hex;
extern const struct wl_sinkformat wl_sink_champsim;	/* sink_champsim.c */

#endif /* WL_SINK_FORMATS_H */
