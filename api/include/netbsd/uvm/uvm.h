/*
 * All of UVM's structures.
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_H
#define UVMSIM_NETBSD_UVM_UVM_H

#include "uvm_amap.h"
#include "uvm_anon.h"
#include "uvm_extern.h"
#include "uvm_map.h"
#include "uvm_object.h"
#include "uvm_page.h"
#include "uvm_pmap.h"

#endif /* UVMSIM_NETBSD_UVM_UVM_H */
