"""Transcripts of simulated devices, one a platform. Written for these tests after the vendors' command references, with
invented names and serial numbers; none was recorded from a real device."""

from scanner.protocols.ssh.platforms.loader import SshPlatformModel, read_models
from tests.agents.ssh_server import Transcript

_HUAWEI_QUESTIONS = (
    "Info: The max number of VTY users is 10, and the number of current VTY users on line is 1.\n"
    "Warning: The initial password poses security risks.\nThe password needs to be changed. Change now? [Y/N]:",
    "Warning: There are security risks in the configuration file. Save it again? [y/n]:",
)

HUAWEI_VRP = Transcript(
    prompt="<core-1>",
    outputs={
        "display version": (
            "Huawei Versatile Routing Platform Software\n"
            "VRP (R) software, Version 8.180 (NE40E V800R010C10SPC500)\n"
            "Copyright (C) 2012-2018 Huawei Technologies Co., Ltd.\n"
            "HUAWEI NE40E-X8A uptime is 41 days, 6 hours, 3 minutes\n"
            + "\n".join(f"MPU {n}(Master) : uptime is 41 days" for n in range(20))
        ),
        "display device": (
            "NE40E-X8A's Device status:\nSlot #    Type       Online    Register\n9         MPU        Present   NA"
        ),
        "display device manufacture-info": (
            "Slot  Sub  Serial-number        Manu-date\n9     -    2102350ABCDEFG000001 2018-03-12"
        ),
        "display esn": "ESN: 2102350ABCDEFG000001",
        "display elabel": ("[Board Properties]\nBoardType=CR57MPUA5\nBarCode=2102350ABCDEFG000001\nVendorName=Huawei"),
        "display lldp neighbor": "GigabitEthernet0/0/0 has 1 neighbor(s):\nSystem name :agg-1",
    },
    unknown="               ^\nError: Unrecognized command found at '^' position.",
    leave="quit",
    paging_off=("screen-length 0 temporary",),
    pager="  ---- More ----",
    erase="\x1b[16D" + " " * 16 + "\x1b[16D",
    greeting=_HUAWEI_QUESTIONS,
)

HP_COMWARE = Transcript(
    prompt="<agg-1>",
    outputs={
        "display version": (
            "HPE Comware Software, Version 7.1.070, Release 2432P01\n"
            "Copyright (c) 2010-2017 Hewlett Packard Enterprise Development LP\n"
            "HPE FF 5900AF-48XG-4QSFP+ Switch uptime is 3 weeks\n" + "\n".join(f"Subslot {n}" for n in range(15))
        ),
        "display device manuinfo": (
            "Slot 1 CPU 0:\nDEVICE_NAME : 5900AF\nDEVICE_SERIAL_NUMBER : CN00ABC123\nVENDOR_NAME : HPE"
        ),
    },
    unknown=" % Unrecognized command found at '^' position.",
    leave="quit",
    paging_off=("screen-length disable",),
    pager="---- More ----",
    erase="\r" + " " * 14 + "\r",
    banner="*" * 60 + "\n* Without the owner's prior written consent no access. *\n" + "*" * 60 + "\n",
    greeting=("Press Y or ENTER to continue, N to exit.",),
)

ZTE_ZXROS = Transcript(
    prompt="agg-7#",
    outputs={
        "show version": (
            "ZXR10 M6000-8S\nZTE ZXR10 Software, Version: M6000-S V3.00.20(3.40.1), Release software\n"
            "Copyright (c) 2001-2015 by ZTE Corporation\nSystem image files are from disk0\n"
            + "\n".join(f"Board in slot {n}" for n in range(20))
        ),
        "show hardware": "Shelf 0, slot 1: PFU-01, serial 279000112233",
    },
    unknown="%Error 20200: Invalid input detected at '^' marker.",
    leave="exit",
    paging_off=("terminal length 0",),
    pager=" --More--",
    erase="\b" * 9 + " " * 9 + "\b" * 9,
)

_IOS_UNKNOWN = "      ^\n% Invalid input detected at '^' marker.\n"
_IOS_INVENTORY = 'NAME: "1", DESCR: "WS-C2960X-48TS-L"\nPID: WS-C2960X-48TS-L  , VID: V05  , SN: FOC1111A1AA'

CISCO_IOS = Transcript(
    prompt="acc-1>",
    outputs={
        "show version": (
            "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7\n"
            + "\n".join(f"{n} Gigabit Ethernet interfaces" for n in range(30))
        ),
        "show inventory": _IOS_INVENTORY,
        "show cdp neighbors detail": "Device ID: core-1\nPlatform: HUAWEI NE40E,  Capabilities: Router",
    },
    unknown=_IOS_UNKNOWN,
    leave="exit",
    paging_off=("terminal length 0",),
    pager=" --More-- ",
    erase="\b" * 10 + " " * 10 + "\b" * 10,
    banner="\nUnauthorised access is prohibited #\n",
)

CISCO_XE = Transcript(
    prompt="wan-1#",
    outputs={
        "show version": ("Cisco IOS XE Software, Version 17.03.05\nCisco IOS Software [Amsterdam], ASR1000 Software\n"),
        "show inventory": (
            'NAME: "Chassis", DESCR: "Cisco ASR1001-X Chassis"\nPID: ASR1001-X , VID: V05 , SN: FXS0000Q1AA'
        ),
    },
    unknown=_IOS_UNKNOWN,
    leave="exit",
    paging_off=("terminal length 0",),
)

CISCO_XR = Transcript(
    prompt="RP/0/RSP0/CPU0:edge-1#",
    outputs={
        "show version": "Sun Nov 22 09:17:01.001 UTC\nCisco IOS XR Software, Version 7.3.2\ncisco ASR9K Series",
        "show inventory": (
            'Sun Nov 22 09:17:02.001 UTC\nNAME: "Rack 0", DESCR: "ASR 9010"\nPID: ASR-9010-AC, SN: FOX0000A1AA'
        ),
    },
    unknown=_IOS_UNKNOWN,
    leave="exit",
    paging_off=("terminal length 0",),
    late=0.6,
)

CISCO_NXOS = Transcript(
    prompt="dc-1# ",
    outputs={
        "show version": (
            "Cisco Nexus Operating System (NX-OS) Software\n  NXOS: version 9.3(8)\n  cisco Nexus9000 C93180YC-EX"
        ),
        "show inventory": (
            'NAME: "Chassis",  DESCR: "Nexus9000 C93180YC-EX chassis"\nPID: N9K-C93180YC-EX , SN: FDO0000A1AA'
        ),
        "show interface transceiver": (
            "Ethernet1/1\n    transceiver is present\n    type is 10Gbase-LR\n    name is HUAWEI"
        ),
    },
    unknown=_IOS_UNKNOWN,
    leave="exit",
    paging_off=("terminal length 0",),
)

JUNIPER_JUNOS = Transcript(
    prompt="audit@pe-1> ",
    outputs={
        "show version": "Hostname: pe-1\nModel: mx480\nJunos: 20.4R3.8\nJUNOS OS Kernel 64-bit  [20210427]\n",
        "show chassis hardware": (
            "Hardware inventory:\n"
            "Item             Version  Part number  Serial number     Description\n"
            ""
            "Chassis                                JN0000000AFA      MX480\n"
            + "\n".join(f"PIC {n}" for n in range(20))
        ),
    },
    unknown="                  ^\nsyntax error, expecting <command>.",
    leave="exit",
    paging_off=("set cli screen-length 0",),
    pager="---(more 40%)---",
    erase="\r\x1b[K",
)

ARISTA_EOS = Transcript(
    prompt="leaf-1(s1)#",
    outputs={
        "show version": "Arista DCS-7280SR-48C6-F\nHardware version: 11.02\nSerial number: SSJ00000001",
        "show inventory": "System information\n  Model  Description\n  DCS-7280SR-48C6-F  48 SFP+\n",
    },
    unknown="% Invalid input",
    leave="exit",
    paging_off=("terminal length 0",),
)

NOKIA_SROS = Transcript(
    prompt="A:pe-2# ",
    outputs={
        "show version": "TiMOS-C-20.10.R4 cpm/hops64 Nokia 7750 SR Copyright (c) 2000-2021 Nokia.",
        "show chassis": (
            "Chassis Information\n"
            "    Name                              : pe-2\n"
            "    Type                              : 7750 SR-12"
        ),
    },
    unknown="Error: Bad command.",
    leave="logout",
    paging_off=("environment no more",),
    pager="Press any key to continue (Q to quit)",
    erase="\r" + " " * 40 + "\r",
)

LINUX = Transcript(
    prompt="\x1b]0;audit@probe: ~\x07audit@probe:~$ ",
    outputs={
        "uname -a": "Linux probe 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64 GNU/Linux",
        "cat /etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian',
    },
    unknown="-bash: command not found",
    leave="exit",
)

TRANSCRIPTS = {
    "huawei_vrp": HUAWEI_VRP,
    "hp_comware": HP_COMWARE,
    "zte_zxros": ZTE_ZXROS,
    "cisco_nxos": CISCO_NXOS,
    "cisco_xr": CISCO_XR,
    "cisco_xe": CISCO_XE,
    "cisco_ios": CISCO_IOS,
    "juniper_junos": JUNIPER_JUNOS,
    "arista_eos": ARISTA_EOS,
    "nokia_sros": NOKIA_SROS,
    "linux": LINUX,
}


def from_example(model: SshPlatformModel) -> Transcript:
    """The first example of a platform's file as a device."""
    example = model.examples[0]
    command = example.command or (model.detection.commands or model.commands)[0]
    answer = example.answer or "unknown command"
    return Transcript(
        example.prompt, {command: example.output}, answer, model.leave, model.paging_off[:1], banner=example.greeting
    )


TRANSCRIPTS |= {name: from_example(model) for name, model in read_models().items() if name not in TRANSCRIPTS}
