/*
 * struct iso_node: v_data of a vnode whose tag is ISOFS.
 */
#ifndef UVMSIM_OPENBSD_ISOFS_CD9660_CD9660_NODE_H
#define UVMSIM_OPENBSD_ISOFS_CD9660_CD9660_NODE_H

#include "../../uvm/_kernel_types.h"

struct vnode;

struct iso_node {
	_KPTR(struct iso_node) i_next;
	_KPTR(struct iso_node) i_prev;
	_KPTR(struct vnode) i_vnode;
	uint32_t	i_flag;
	_kdev		i_dev;
	uint32_t	i_number;
};

#endif /* UVMSIM_OPENBSD_ISOFS_CD9660_CD9660_NODE_H */
