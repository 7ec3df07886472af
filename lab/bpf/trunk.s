# Traffic control, egress: what leaves the port carries the tag of VLAN 20.
# llvm-mc -triple bpfel -filetype=obj -o trunk.o trunk.s
	.section port,"ax",@progbits
	.globl tag_frame
	.type tag_frame,@function
tag_frame:
	r2 = 129                        # ETH_P_8021Q, 0x8100 as it lies in memory
	r3 = 20
	call 18                         # bpf_skb_vlan_push
	r0 = 0                          # TC_ACT_OK
	exit
	.size tag_frame, .-tag_frame
	.section license,"aw",@progbits
	.globl _license
	.type _license,@object
_license:
	.asciz "GPL"
	.size _license, 4
