/*
 * All of UVM's structures.
 */
#ifndef UVMSIM_OPENBSD_UVM_UVM_H
#define UVMSIM_OPENBSD_UVM_UVM_H

#include "uvm_amap.h"
#include "uvm_anon.h"
#include "uvm_extern.h"
#include "uvm_map.h"
#include "uvm_object.h"
#include "uvm_page.h"
#include "uvm_pmap.h"

/* What the program of a width is built with: i386's and amd64's of 3.6. */
#ifndef MAXDSIZ
#define MAXDSIZ		(1024 * 1024 * 1024)
#endif
#ifndef MAXSSIZ
#define MAXSSIZ		(32 * 1024 * 1024)
#endif

#endif /* UVMSIM_OPENBSD_UVM_UVM_H */
