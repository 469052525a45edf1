"""What commands print of neighbours, by layout: the shapes of vendors' documents, with values of our own.

Each expected row is the local port, the name, the chassis ID and the port at the other end.
"""

from dataclasses import dataclass

Expected = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """A platform's command, what it prints, and the neighbours in it."""

    platform: str
    command: str
    output: str
    rows: tuple[Expected, ...]


MAC = "00:1b:17:00:53:01"
OTHER = "00:1b:17:00:53:02"

LAYOUTS = (
    Layout(
        "ios",
        "show cdp neighbors",
        """\
Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge
                  S - Switch, H - Host, I - IGMP, r - Repeater, P - Phone

Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
spine-a          Gig 1/0/1         150              R S I  WS-C3850- Gig 1/1/4
a-long-name-of-a-switch.example.net
                 Ten 1/1/2         141              R S I  N9K-C9316 Eth1/7
gate             Fas 0             178              R      CISCO1941 Gig 0/0

Total cdp entries displayed : 3
""",
        (
            ("Gig 1/0/1", "spine-a", "", "Gig 1/1/4"),
            ("Ten 1/1/2", "a-long-name-of-a-switch.example.net", "", "Eth1/7"),
            ("Fas 0", "gate", "", "Gig 0/0"),
        ),
    ),
    Layout(
        "ios",
        "show lldp neighbors",
        """\
Capability codes:
    (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
    (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other

Device ID           Local Intf     Hold-time  Capability      Port ID
spine-a             Gi1/0/1        120        B,R             Ethernet7
phone-7             Gi1/0/9        180        B,T             001b.1700.5301

Total entries displayed: 2
""",
        (("Gi1/0/1", "spine-a", "", "Ethernet7"), ("Gi1/0/9", "phone-7", "", MAC)),
    ),
    Layout(
        "ios",
        "sh cdp nei det",
        """\
-------------------------
Device ID: spine-a.example.net
Entry address(es):
  IP address: 192.0.2.11
Platform: cisco ISR4331/K9,  Capabilities: Router Source-Route-Bridge
Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): GigabitEthernet0/0/0
Holdtime : 150 sec

Version :
Cisco IOS Software, ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 15.5(3)S1
Technical Support: http://www.cisco.com/techsupport

advertisement version: 2
Duplex: full
Management address(es):
  IP address: 192.0.2.12

-------------------------
Device ID: SEP001B17005301
Entry address(es):
Platform: Cisco IP Phone 7962,  Capabilities: Host Phone
Interface: GigabitEthernet1/0/9,  Port ID (outgoing port): Port 1
Holdtime : 141 sec

Version :
SCCP42.9-3-1ES27S

advertisement version: 2
""",
        (
            ("GigabitEthernet1/0/1", "spine-a.example.net", "", "GigabitEthernet0/0/0"),
            ("GigabitEthernet1/0/9", "SEP001B17005301", "", "Port 1"),
        ),
    ),
    Layout(
        "eos",
        "show lldp neighbors detail",
        """\
Interface Ethernet1 detected 1 LLDP neighbors:

  Neighbor 001b.1700.5301/Ethernet49/1, age 12 seconds
  Discovered 3 days, 1:02:03 ago; Last changed 3 days, 1:02:03 ago
    - Chassis ID type: MAC address (4)
      Chassis ID     : 001b.1700.5301
    - Port ID type: Interface name(5)
      Port ID     : "Ethernet49/1"
    - Time To Live: 120 seconds
    - System Name: "leaf-1.example.net"
    - System Description: "Arista Networks EOS version 4.27.3F running on an Arista DCS-7050SX3"
    - System Capabilities : Bridge, Router
    - Management Address Subtype: IPv4 (1)
      Management Address        : 192.0.2.21

Interface Ethernet2 detected 0 LLDP neighbors:

Interface Management1 detected 2 LLDP neighbors:

  Neighbor 001b.1700.5302/11, age 3 seconds
    - Chassis ID     : 001b.1700.5302
      Port ID     : "11"
    - System Name: "oob-1"

  Neighbor 001b.1700.5301/12, age 3 seconds
    - Chassis ID     : 001b.1700.5301
      Port ID     : "12"
    - System Name: "oob-2"
""",
        (
            ("Ethernet1", "leaf-1.example.net", MAC, "Ethernet49/1"),
            ("Management1", "oob-1", OTHER, "11"),
            ("Management1", "oob-2", MAC, "12"),
        ),
    ),
    Layout(
        "junos",
        "show lldp neighbors interface ge-0/0/1",
        """\
LLDP Neighbor Information:
Local Information:
Index: 1 Time to live: 120 Time mark: Mon Nov 02 10:00:00 2026 Age: 12 secs
Local Interface    : ge-0/0/1
Parent Interface   : -
Local Port ID      : 513
Ageout Count       : 0

Neighbour Information:
Chassis type       : Mac address
Chassis ID         : 00:1b:17:00:53:01
Port type          : Interface name
Port ID            : xe-0/1/0
Port description   : to the roof
System name        : roof-1

System Description : Juniper Networks, Inc. ex3400-24t Ethernet Switch, kernel JUNOS 20.4R3.8

System capabilities
        Supported  : Bridge Router
        Enabled    : Bridge Router

Management Info
        Type              : IPv4
        Address           : 192.0.2.31
        Port ID           : 36
""",
        (("ge-0/0/1", "roof-1", MAC, "xe-0/1/0"),),
    ),
    Layout(
        "vrp",
        "display lldp neighbor brief",
        """\
Local Intf       Neighbor Dev             Neighbor Intf             Exptime(s)
GE0/0/1          agg-1                    XGE1/0/3                         104
GE0/0/24         ap-lobby                 GE0/0/0                           97
""",
        (("GE0/0/1", "agg-1", "", "XGE1/0/3"), ("GE0/0/24", "ap-lobby", "", "GE0/0/0")),
    ),
    Layout(
        "vrp",
        "display lldp neighbor",
        """\
GigabitEthernet0/0/1 has 2 neighbor(s):

Neighbor index :1
Chassis type   :Locally assigned
Chassis ID     :2102350DMR10J8000345
Port ID type   :MAC address
Port ID        :001b-1700-5301
System name    :host-3
System description  :CentOS Linux 7
Linux 3.10.0-957
System capabilities supported   :bridge wlanAccessPoint
Management address type  :ipv4
Management address value :192.0.2.41
Expired time   :104s

Neighbor index :2
Chassis type   :MAC address
Chassis ID     :001b-1700-5302
Port ID type   :Interface name
Port ID        :XGigabitEthernet1/0/3
System name    :agg-1
Expired time   :97s

GigabitEthernet0/0/2 has 0 neighbor(s):
""",
        (
            ("GigabitEthernet0/0/1", "host-3", "2102350DMR10J8000345", MAC),
            ("GigabitEthernet0/0/1", "agg-1", OTHER, "XGigabitEthernet1/0/3"),
        ),
    ),
    Layout(
        "comware",
        "display lldp neighbor-information verbose",
        """\
LLDP neighbor-information of port 3[GigabitEthernet1/0/3]:
LLDP agent nearest-bridge:
 LLDP neighbor index : 1
 Update time         : 2 days, 1 hours, 2 minutes, 3 seconds
 Chassis type        : MAC address
 Chassis ID          : 001b-1700-5301
 Port ID type        : Interface name
 Port ID             : GigabitEthernet1/0/7
 Time to live        : 121
 Port description    : GigabitEthernet1/0/7 Interface
 System name         : floor-2
 System description  : H3C Comware Platform Software, Software Version 7.1.070
                       H3C S5560X-30C-EI
 System capabilities supported : Bridge, Router
 Management address type           : IPv4
 Management address                : 192.0.2.51
""",
        (("GigabitEthernet1/0/3", "floor-2", MAC, "GigabitEthernet1/0/7"),),
    ),
    Layout(
        "comware 3",
        "display lldp neighbor-information brief",
        """\
LLDP neighbor-information of port 1[Ethernet1/0/1]:
  Neighbor 1:
  ChassisID/subtype: 001b-1700-5301/MAC address
  PortID/subtype   : Ethernet1/0/5/Interface name
  Capabilities     : Bridge, Router
""",
        (("Ethernet1/0/1", "", MAC, "Ethernet1/0/5"),),
    ),
    Layout(
        "comware",
        "display lldp neighbor-information list",
        """\
System Name          Local Interface Chassis ID      Port ID
a-name-of-20-marks.e GE1/0/24        001b-1700-5301  GigabitEthernet1/0/30
xample.net
floor-3              XGE1/0/29       001b-1700-5302  Ten-GigabitEthernet1/0/17
-                    GE2/0/45        001b-1700-5302  Port 1
""",
        (
            ("GE1/0/24", "a-name-of-20-marks.example.net", MAC, "GigabitEthernet1/0/30"),
            ("XGE1/0/29", "floor-3", OTHER, "Ten-GigabitEthernet1/0/17"),
            ("GE2/0/45", "", OTHER, "Port 1"),
        ),
    ),
    Layout(
        "comware 3",
        "display ndp",
        """\
Neighbor Discovery Protocol is enabled.
Neighbor Discovery Protocol Ver: 1, Hello Timer: 60(s), Aging Timer: 180(s)
 Interface: GigabitEthernet1/0/1
   Status: Enabled, Pkts Snd: 15835, Pkts Rvd: 2879, Pkts Err: 0
   Neighbor 1:  Aging Time: 147(s)
       MAC Address : 001b-1700-5301
       Port Name   : GigabitEthernet1/0/9
       Software Ver: V100R002B01D001
       Device Name : floor-4
       Product Ver : 5600
 Interface: GigabitEthernet1/0/2
   Status: Enabled, Pkts Snd: 0, Pkts Rvd: 0, Pkts Err: 0
""",
        (("GigabitEthernet1/0/1", "floor-4", MAC, "GigabitEthernet1/0/9"),),
    ),
    Layout(
        "procurve",
        "show lldp info remote-device",
        """\
 LLDP Remote Devices Information

  LocalPort | ChassisId                 PortId             PortDescr SysName
  --------- + ------------------------- ------------------ --------- ------------------
  1         | 00 1b 17 00 53 01         00 1b 17 00 53 02  eth0      ap-lobby
  A24       | 001b17-005302             24                 24        core-sw
""",
        (("1", "ap-lobby", MAC, OTHER), ("A24", "core-sw", OTHER, "24")),
    ),
    Layout(
        "aos-cx",
        "show lldp neighbor-info",
        """\

LLDP Neighbor Information
=========================

Total Neighbor Entries          : 2

LOCAL-PORT  CHASSIS-ID         PORT-ID                      PORT-DESC                    TTL      SYS-NAME
-------------------------------------------------------------------------------------------------------------
1/1/1       00:1b:17:00:53:01  00:1b:17:00:53:02            eth0                         120      ap-lobby
1/1/49      00:1b:17:00:53:02  1/1/49                       uplink to core               120      core-sw
""",
        (("1/1/1", "ap-lobby", MAC, OTHER), ("1/1/49", "core-sw", OTHER, "1/1/49")),
    ),
    Layout(
        "nx-os",
        "show lldp neighbors",
        """\
Capability codes:
  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device
Device ID            Local Intf      Hold-time  Capability  Port ID
leaf-1               mgmt0           120        B           Gi1/0/7
leaf-2               Eth1/49         120        BR          Eth1/50
Total entries displayed: 2
""",
        (("mgmt0", "leaf-1", "", "Gi1/0/7"), ("Eth1/49", "leaf-2", "", "Eth1/50")),
    ),
    Layout(
        "sr os",
        "show system lldp neighbor",
        """\
===============================================================================
Link Layer Discovery Protocol (LLDP) System Information
===============================================================================
NB = nearest-bridge   NTPMR = nearest-non-tpmr   NC = nearest-customer
===============================================================================
Lcl Port      Scope Remote Chassis ID  Index  Remote Port     Remote Sys Name
-------------------------------------------------------------------------------
1/1/1         NB    00:1B:17:00:53:01  1      1/1/3           pe-1
1/1/c2/1      NB    00:1B:17:00:53:02  2      1/1/c2/1        pe-2
===============================================================================
Number of neighbors : 2
""",
        (("1/1/1", "pe-1", MAC, "1/1/3"), ("1/1/c2/1", "pe-2", OTHER, "1/1/c2/1")),
    ),
    Layout(
        "exos",
        "show lldp neighbors detailed",
        """\
-----------------------------------------------------------------------------
LLDP Port 1:1 detected 1 neighbor
  Neighbor: (5.1)00:1b:17:00:53:01/(5.1)7, age 19 seconds
    - Chassis ID type: MAC address (4)
      Chassis ID     : 00:1b:17:00:53:01
    - Port ID type: ifName (5)
      Port ID     : "7"
    - Time To Live: 120 seconds
    - System Name: "edge-7"
    - System Description: "ExtremeXOS (X450G2-48p-G4) version 22.7.1.2 22.7.1.2 by release-ma\\
                           nager on Wed Feb 12 03:53:31 EST 2020"
    - Management Address Subtype: IPv4 (1)
      Management Address        : 192.0.2.61
-----------------------------------------------------------------------------
""",
        (("1:1", "edge-7", MAC, "7"),),
    ),
    Layout(
        "exos",
        "show edp ports all",
        """\
Port  Neighbor            Neighbor-ID             Remote Num   Age  Port Vlans
=============================================================================
1     edge-7              00:00:00:1b:17:00:53:01 1:7          4    0
2     edge-8              00:00:00:1b:17:00:53:02 1:8          11   0
=============================================================================
""",
        (("1", "edge-7", MAC, ""), ("2", "edge-8", OTHER, "")),
    ),
    Layout(
        "dell os9",
        "show lldp neighbors",
        """\
 Loc PortID       Rem Host Name     Rem Port Id                Rem Chassis Id
 -----------------------------------------------------------------------------
 Te 0/2           spine-1           TenGigabitEthernet 0/5     00:1b:17:00:53:01
 Te 0/49          -                 00:1b:17:00:53:02          00:1b:17:00:53:02
""",
        (("Te 0/2", "spine-1", MAC, "TenGigabitEthernet 0/5"), ("Te 0/49", "", OTHER, OTHER)),
    ),
    Layout(
        "dell os9",
        "show lldp neighbors detail",
        """\
========================================================================
 Local Interface Te 0/2 has 1 neighbor
  Total Frames Out: 1000
  Total Frames In: 999
  Local Interface Te 0/2 Remote Device:
  The neighbors are given below:
 -----------------------------------------------------------------------

    Remote Chassis ID Subtype: Mac address (4)
    Remote Chassis ID: 00:1b:17:00:53:01
    Remote Port Subtype: Interface name (5)
    Remote Port ID: TenGigabitEthernet 0/5
    Local Port ID: TenGigabitEthernet 0/2
    Locally assigned remote Neighbor Index: 3
    Remote TTL: 120
    Remote System Name: spine-1
    Remote System Desc: Dell Real Time Operating System Software. Dell
        Operating System Version: 2.0. Dell Application Software Version: 9.14
""",
        (("Te 0/2", "spine-1", MAC, "TenGigabitEthernet 0/5"),),
    ),
    Layout(
        "fastpath",
        "show lldp remote-device detail 0/8",
        """\

LLDP Remote Device Detail

Local Interface: 0/8

Remote Identifier: 12

Chassis ID Subtype: MAC Address
Chassis ID: 00:1B:17:00:53:01
Port ID Subtype: MAC Address
Port ID: 00:1B:17:00:53:02
System Name: edge-9
System Description: EdgeSwitch 24-Port Lite, 1.9.3
Port Description: Slot: 0 Port: 8 Gigabit - Level
System Capabilities Supported: bridge, router
Management Address:
    Type: IPv4
    Address: 192.0.2.71
Time to Live: 95 seconds
""",
        (("0/8", "edge-9", MAC, OTHER),),
    ),
    Layout(
        "fastpath",
        "show lldp remote-device all",
        """\

LLDP Remote Device Summary

Local
Interface  RemID    Chassis ID           Port ID              System Name
---------  -------  -------------------  -------------------  --------------
0/1        2        00:1B:17:00:53:01    00:1B:17:00:53:02    edge-9 ...
0/2
0/3        4        00:1B:17:00:53:02    Gi1
""",
        (("0/1", "edge-9", MAC, OTHER), ("0/3", "", OTHER, "Gi1")),
    ),
    Layout(
        "fastpath",
        "show isdp neighbors",
        """\
Capability Codes: R - Router, T - Trans Bridge, B - Source Route Bridge,
                  S - Switch, H - Host, I - IGMP, r - Repeater
Device ID                 Intf         Holdtime  Capability   Platform          Port ID
------------------------  ----------   --------- ------------ ----------------  -------------------
edge-10                   Gi1/0/24     165       R S          cisco WS-C3560    GigabitEthernet0/1
""",
        (("Gi1/0/24", "edge-10", "", "GigabitEthernet0/1"),),
    ),
    Layout(
        "fastiron",
        "show fdp neighbors detail",
        """\
Device ID: FastIron-B configured as default VLAN1, tag-type 8100
Entry address(es):
  IP address: 192.0.2.81
Platform: FastIron Router, Capabilities: Router
Interface: Eth 2/9
Port ID (outgoing port): Eth 2/10
Holdtime : 176 seconds
Version :
Foundry, Inc. Router, IronWare Version 07.6.01T53
""",
        (("Eth 2/9", "FastIron-B configured as default VLAN1, tag-type 8100", "", "Eth 2/10"),),
    ),
    Layout(
        "fastiron",
        "show lldp neighbors",
        """\
Lcl Port  Chassis ID        Port ID           Port Description             System Name
1/1/1     001b.1700.5301    001b.1700.5302    GigabitEthernet1/1/2         ICX7250-24
1/1/24    001b.1700.5302    24                24                           edge-11
""",
        (("1/1/1", "ICX7250-24", MAC, OTHER), ("1/1/24", "edge-11", OTHER, "24")),
    ),
    Layout(
        "d-link",
        "show lldp remote_ports 1 mode normal",
        """\
Port ID : 1
-------------------------------------------------------------------
Remote Entities Count : 2
Entity 1
    Chassis ID Subtype              : MAC Address
    Chassis ID                      : 00-1B-17-00-53-01
    Port ID Subtype                 : Local
    Port ID                         : 1/5
    Port Description                : D-Link DGS-3120-24TC R3.10 Port 5 on Unit 1
    System Name                     : attic
    System Description              : Gigabit Ethernet Switch
    System Capabilities             : Repeater, Bridge
Entity 2
    Chassis ID Subtype              : MAC Address
    Chassis ID                      : 00-1B-17-00-53-02
    Port ID Subtype                 : Local
    Port ID                         : 1/6
    System Name                     : cellar
""",
        (("1", "attic", MAC, "1/5"), ("1", "cellar", OTHER, "1/6")),
    ),
    Layout(
        "eltex",
        "show lldp neighbors",
        """\
System capability legend:
B - Bridge; R - Router; W - Wlan Access Point; T - telephone;

  Port        Device ID          Port ID       System Name     Capabilities  TTL
--------- ----------------- ----------------- ----------------- ------------ -----
gi1/0/1   00:1b:17:00:53:01 gi1/0/24          attic             B, R          112
te1/0/2   00:1b:17:00:53:02 00:1b:17:00:53:02                                 3600
""",
        (("gi1/0/1", "attic", MAC, "gi1/0/24"), ("te1/0/2", "", OTHER, OTHER)),
    ),
    Layout(
        "ruijie",
        "show lldp neighbors detail",
        """\
----------------------------------------------------------------------------
LLDP neighbor-information of port [GigabitEthernet 0/1]
----------------------------------------------------------------------------
  Neighbor index                    : 1
  Device type                       : LLDP Device
  Update time                       : 1hour 53minutes 30seconds
  Aging time                        : 5seconds

  Chassis ID type                   : MAC address
  Chassis ID                        : 001b.1700.5301
  System name                       : attic
  System description                : Ruijie Full Gigabit Security & Intelligence Access Switch(S2910)
  Management address                : 192.0.2.91
  Port ID type                      : Interface name
  Port ID                           : GigabitEthernet 0/7
""",
        (("GigabitEthernet 0/1", "attic", MAC, "GigabitEthernet 0/7"),),
    ),
    Layout(
        "routeros",
        "/ip neighbor print detail",
        """\
 0 interface=ether1,bridge address=192.0.2.101 address4=192.0.2.101 mac-address=00:1B:17:00:53:01
   identity="roof 2" platform="MikroTik" version="6.49.6 (stable)" unpack=none age=12s
   interface-name="ether5" system-description="MikroTik RouterOS 6.49.6 (stable) RBLHG-5nD"
   discovered-by=cdp,lldp,mndp

 1 interface=ether2 mac-address=00:1B:17:00:53:02 identity="" unpack=none interface-name="eth0"
""",
        (("ether1", "roof 2", MAC, "ether5"), ("ether2", "", OTHER, "eth0")),
    ),
    Layout(
        "fortios",
        "diagnose lldprx neighbor",
        """\
1 port 'x2' 33 mac 00:1B:17:00:53:01 chassis 00:1B:17:00:53:02 port 'port25' system 'S524DN-7'
2 port 'wan1' 5 mac 00:1B:17:00:53:02 chassis 00:1B:17:00:53:01 port 'Te1/0/1' system 'Switch'
""",
        (("x2", "S524DN-7", OTHER, "port25"), ("wan1", "Switch", MAC, "Te1/0/1")),
    ),
    Layout(
        "fortiswitch",
        "get switch lldp neighbors-summary",
        """\
Capability codes:
        R:Router, B:Bridge, T:Telephone, C:DOCSIS Cable Device
Portname    Status   Device-name                 TTL   Capability  MED-type  Port-ID
__________  _______  __________________________  ____  __________  ________  _______
port1       Down     -                           -     -           -         -
port2       Up       FortiAP-423E                120   BRW         -         00:1b:17:00:53:01
port4       Up       FGT7                        120   BR          -         wan1
""",
        (("port2", "FortiAP-423E", "", MAC), ("port4", "FGT7", "", "wan1")),
    ),
    Layout(
        "lldpd",
        "lldpcli show neighbors",
        """\
-------------------------------------------------------------------------------
LLDP neighbors:
-------------------------------------------------------------------------------
Interface:    eth0, via: LLDP, RID: 1, Time: 0 day, 01:02:03
  Chassis:
    ChassisID:    mac 00:1b:17:00:53:01
    SysName:      attic.example.net
    SysDescr:     Debian GNU/Linux 12 (bookworm) Linux 6.1.0-18-amd64
    MgmtIP:       192.0.2.111
    MgmtIP:       2001:db8::111
    Capability:   Bridge, on
  Port:
    PortID:       ifname swp7
    PortDescr:    to the server
    TTL:          120
-------------------------------------------------------------------------------
Interface:    eth1, via: CDPv2, RID: 2, Time: 0 day, 01:02:03
  Chassis:
    ChassisID:    local cellar
    SysName:      cellar
  Port:
    PortID:       ifname GigabitEthernet0/7
""",
        (("eth0", "attic.example.net", MAC, "swp7"), ("eth1", "cellar", "cellar", "GigabitEthernet0/7")),
    ),
    Layout(
        "lldpd",
        "lldpctl -f keyvalue",
        """\
lldp.eth0.via=LLDP
lldp.eth0.rid=1
lldp.eth0.age=0 day, 01:02:03
lldp.eth0.chassis.mac=00:1b:17:00:53:01
lldp.eth0.chassis.name=attic
lldp.eth0.chassis.descr=Debian GNU/Linux 12 (bookworm)
lldp.eth0.chassis.mgmt-ip=192.0.2.111
lldp.eth0.port.ifname=swp7
lldp.eth0.port.descr=to the server
lldp.bond0.100.via=LLDP
lldp.bond0.100.rid=2
lldp.bond0.100.chassis.mac=00:1b:17:00:53:02
lldp.bond0.100.chassis.name=cellar
lldp.bond0.100.port.mac=00:1b:17:00:53:02
""",
        (("eth0", "attic", MAC, "swp7"), ("bond0.100", "cellar", OTHER, OTHER)),
    ),
    Layout(
        "sonic",
        "show lldp table",
        """\
Capability codes: (R) Router, (B) Bridge, (O) Other
LocalPort    RemoteDevice    RemotePortID       Capability    RemotePortDescr
-----------  --------------  -----------------  ------------  -----------------
Ethernet0    tor-1           Ethernet112        BR            to the spine
Ethernet4    tor-2           00:1b:17:00:53:01  BR            eth1
--------------------------------------------------
Total entries displayed:  2
""",
        (("Ethernet0", "tor-1", "", "Ethernet112"), ("Ethernet4", "tor-2", "", MAC)),
    ),
    Layout(
        "cumulus",
        "net show lldp",
        """\

LocalPort  Speed  Mode          RemoteHost       RemotePort
---------  -----  ------------  ---------------  -----------------
eth0       1G     Mgmt          oob-mgmt-switch  swp9
swp51      10G    BondMember    spine01          swp3
""",
        (("eth0", "oob-mgmt-switch", "", "swp9"), ("swp51", "spine01", "", "swp3")),
    ),
    Layout(
        "vyos",
        "show lldp neighbors",
        """\
Capability Codes: R - Router, B - Bridge, W - Wlan r - Repeater, S - Station
                  D - Docsis, T - Telephone, O - Other

Device ID                 Local     Proto  Cap   Platform             Port ID
---------                 -----     -----  ---   --------             -------
attic                     eth1      LLDP   RS    Debian GNU/Linux     eth7
""",
        (("eth1", "attic", "", "eth7"),),
    ),
    Layout(
        "pan-os",
        "show lldp neighbors all",
        """\
Total number of LLDP interfaces: 2
Interface: ethernet1/1
    Chassis Type: MAC address
    Chassis ID: 00:1b:17:00:53:01
    Port Type: Interface name
    Port ID: Ethernet7
    Port Description: to the firewall
    System Name: attic
    System Description: Arista Networks EOS version 4.27.3F
    Capabilities Supported: Bridge, Router
    Management Address: 192.0.2.121
Interface: ethernet1/2
    Chassis ID: 00:1b:17:00:53:02
    Port ID: Ethernet8
    System Name: cellar
""",
        (("ethernet1/1", "attic", MAC, "Ethernet7"), ("ethernet1/2", "cellar", OTHER, "Ethernet8")),
    ),
    Layout(
        "omniswitch aos",
        "show lldp remote-system",
        """\
Remote LLDP nearest-bridge Agents on Local Port 1/1/3:

    Chassis 00:1b:17:00:53:01, Port 1001:
      Remote ID                   = 1,
      Chassis Subtype             = 4 (MAC Address),
      Port Description            = Alcatel-Lucent OS6860 GNI 1/1/1,
      System Name                 = attic,
      System Description          = Alcatel-Lucent Enterprise OS6860E-24 8.4.1.141.R03 GA, December 07, 2017.,
      Management IP Address       = 192.0.2.131


    Chassis 00:1b:17:00:53:02, Port sfp1:
      Remote ID                   = 2,
      System Name                 = cellar,
""",
        (("1/1/3", "attic", MAC, "1001"), ("1/1/3", "cellar", OTHER, "sfp1")),
    ),
    Layout(
        "saos",
        "lldp show neighbors",
        """\
+------------------------------------------------------------------------------+
|                                LLDP Neighbors                                |
+------------------------------------------------------------------------------+
| Remote Addr: 192.0.2.140                                                     |
| System Name: this-box                                                        |
| System Desc: Ciena 3930 Service Delivery Switch                              |
+-------------+--------------------+-------------------------------------------+
|Local        |                                  Remote                        |
+-------------+--------------------+-------------------------------------------+
|Port         |Port                |Info                                       |
+-------------+--------------------+-------------------------------------------+
|5            |6                   |  Chassis Id: 001B17005301                 |
|             |                    |   Mgmt Addr: 192.0.2.141                  |
|             |                    | System Name: attic                        |
|             |                    | System Desc: Ciena 3916 Service Delivery  |
+-------------+--------------------+-------------------------------------------+
""",
        (("5", "attic", MAC, "6"),),
    ),
    Layout(
        "ers",
        "show lldp neighbor",
        """\
-------------------------------------------------------------------------------
                            LLDP neighbor
-------------------------------------------------------------------------------
Port: 1/7      Index: 1             Time: 0 days, 00:01:02
        ChassisId: MAC address             00:1b:17:00:53:01
        PortId:    Interface name          1/24
        SysCap:    B / B                   (Supported/Enabled)
        PortDesc:  Port 24
        SysName:   attic
        SysDescr:  Ethernet Routing Switch 4850GTS-PWR+  HW:10  FW:5.6.2.1  SW:v5.7.0.008
-------------------------------------------------------------------------------
Port: 1/8      Index: 2             Time: 0 days, 00:01:02
        ChassisId: Network address         192.0.2.9
        PortId:    MAC address             00:1b:17:00:53:02
""",
        (("1/7", "attic", MAC, "1/24"), ("1/8", "", "192.0.2.9", OTHER)),
    ),
    Layout(
        "fastpath",
        "show isdp neighbors detail",
        """\
Device ID                        attic.example.net
Address(es):
        IP Address:              192.0.2.9
Capability                       Router IGMP
Platform                         cisco WS-C4948
Interface                        0/1
Port ID                          GigabitEthernet1/1
Holdtime                         157
Advertisement Version            2
Version:
Cisco IOS Software, Catalyst 4000 L3 Switch Software

Device ID                        cellar
Platform                         cisco WS-C2960
Interface                        0/2
Port ID                          FastEthernet0/1
""",
        (("0/1", "attic.example.net", "", "GigabitEthernet1/1"), ("0/2", "cellar", "", "FastEthernet0/1")),
    ),
    Layout(
        "cisco business",
        "show lldp neighbors",
        """\
  Port        Device ID          Port ID       System Name     Capabilities  TTL
--------- ----------------- ----------------- ----------------- ------------ -----
gi1       00:1b:17:00:53:01 gi24              a-name-of-two-lin     B, R      112
                                              es
gi2       00:1b:17:00:53:02 a-port-of-two-lin cellar                B         98
                            es
""",
        (("gi1", "a-name-of-two-lines", MAC, "gi24"), ("gi2", "cellar", OTHER, "a-port-of-two-lines")),
    ),
    Layout(
        "cisco business",
        "show cdp neighbors",
        """\
     Device           Local      Adv  Time To  Capability   Platform     Port
       ID           Interface    Ver.  Live                               ID
----------------- ------------- ---- -------- ---------- ------------ -----------
attic             gi5            2     150      R S I     SG350-10     gi1
""",
        (("gi5", "attic", "", "gi1"),),
    ),
    Layout(
        "ios",
        "show lldp neighbors",
        """\
Device ID           Local Intf     Hold-time  Capability      Port ID
a-name-of-20-lettersGi1/0/1        120        B,R             Gi1/0/24
attic               Gi1/0/2        120        B               Gi1/0/23
""",
        (("Gi1/0/1", "a-name-of-20-letters", "", "Gi1/0/24"), ("Gi1/0/2", "attic", "", "Gi1/0/23")),
    ),
    Layout(
        "sr linux",
        "show system lldp neighbor",
        """\
  +--------------+-------------------+----------------------+---------------------+---------------+
  |     Name     |     Neighbor      | Neighbor System Name | Neighbor Chassis ID | Neighbor Port |
  +==============+===================+======================+=====================+===============+
  | ethernet-1/1 | 00:1B:17:00:53:01 | attic                | 00:1B:17:00:53:01   | ethernet-1/49 |
  | mgmt0        | 00:1B:17:00:53:02 | cellar               | 00:1B:17:00:53:02   | swp9          |
  +--------------+-------------------+----------------------+---------------------+---------------+
""",
        (("ethernet-1/1", "attic", MAC, "ethernet-1/49"), ("mgmt0", "cellar", OTHER, "swp9")),
    ),
    Layout(
        "alliedware plus",
        "show lldp neighbors",
        """\
LLDP Neighbor Information:

Total number of neighbors on these ports .... 1

Local   Neighbor           Neighbor        Neighbor      System     MED
Port    Chassis ID         Port ID         Sys Name      Cap. Type  Pwr
-------------------------------------------------------------------------------
1.0.1   001b.1700.5301     port1.0.2       attic         -B-R  E    -
""",
        (("1.0.1", "attic", MAC, "port1.0.2"),),
    ),
    Layout(
        "routeros",
        "/ip neighbor print",
        """\
 # INTERFACE ADDRESS         MAC-ADDRESS       IDENTITY   VERSION    BOARD
 0 ether1    192.0.2.9       00:1B:17:00:53:01 attic      6.49.6     RB951Ui-2HnD
 1 ether2                    00:1B:17:00:53:02 cellar     6.49.6     RB951Ui-2HnD
""",
        (("ether1", "attic", MAC, ""), ("ether2", "cellar", OTHER, "")),
    ),
    Layout(
        "nx-os",
        "show cdp neighbors",
        """\
Capability Codes: R - Router, T - Trans-Bridge, B - Source-Route-Bridge

Device-ID          Local Intrfce  Hldtme Capability  Platform      Port ID
attic              mgmt0          129    S I         WS-C2960-24TC Fas0/12
a-long-name-1.example.net(SSI1234ABCD)
                   Eth1/1         140    R S I s     N5K-C5548UP   Eth1/2

Total entries displayed: 2
""",
        (("mgmt0", "attic", "", "Fas0/12"), ("Eth1/1", "a-long-name-1.example.net(SSI1234ABCD)", "", "Eth1/2")),
    ),
)
