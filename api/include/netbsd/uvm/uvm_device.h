/*
 * struct uvm_device: the memory of a device.
 */
#ifndef UVMSIM_NETBSD_UVM_UVM_DEVICE_H
#define UVMSIM_NETBSD_UVM_UVM_DEVICE_H

#include "uvm_object.h"

struct uvm_device {
	struct uvm_object u_obj;
	int		u_flags;
	_kdev		u_device;
};

#endif /* UVMSIM_NETBSD_UVM_UVM_DEVICE_H */
