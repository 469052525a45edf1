"""The names of a table's columns, as lists and exports write them, and what each stands for.

Names are in lower case with `_` for blanks and hyphens. Where several columns may hold the address, the first of
ADDRESS_COLUMNS with a value decides: a primary address comes before one out of band.
"""

ADDRESS_COLUMNS = (
    *("address", "ip_address", "ip", "ipaddress", "ip_addr", "ipaddr"),
    *("primary_ip", "primary_ip_address", "primary_ip4", "primary_ipv4", "ipv4_address", "ipv4_addresses", "ipv4"),
    *("primary_ip6", "primary_ipv6", "ipv6_address", "ipv6"),
    *("management_ip", "management_address", "management_ip_address", "mgmt_ip", "mgmt_ip_address", "mgmt_address"),
    *("mgmt_ipv4", "mgmt_ipv6", "mgmt_addr", "mgmt", "ip_mgmt", "ip_management", "device_ip", "host_ip", "node_ip"),
    *("ansible_host", "overwrite_ip", "loopback", "loopback0", "loopback_ip", "loopback_address"),
    # German, French, Spanish, Portuguese, Italian, Dutch
    *("adresse", "ip_adresse", "ipv4_adresse", "ipv6_adresse", "primäre_ip", "primäre_ip_adresse", "primäre_ipv4"),
    *("primäre_ipv6", "ip_adresse_(management)", "management_ip_adresse", "verwaltungs_ip"),
    *("adresse_ip", "adresse_ipv4", "adresse_ipv6", "ip_principale", "adresse_ip_principale", "ip_primaire"),
    *("adresse_ip_primaire", "ipv4_principale", "ipv6_principale", "ip_de_gestion", "adresse_ip_de_gestion"),
    *("dirección_ip", "direccion_ip", "dirección_ipv4", "dirección_ipv6", "ip_principal", "ip_de_gestión"),
    *("endereço_ip", "endereco_ip", "indirizzo_ip", "indirizzo_ipv4", "ip_adres", "ipv4_adres", "ip_adressen"),
    *("oob_ip", "oob_ip_address", "out_of_band_ip", "oob", "out_of_band_ip_address", "ip_hors_bande"),
)

NAME_COLUMNS = (
    *("name", "label", "host", "hostname", "host_name", "fqdn", "dns_name", "dns", "device", "device_name", "node"),
    *("sysname", "sys_name", "system_name", "inventory_hostname", "display_name"),
    *("gerät", "gerätename", "geraet", "geraetename", "rechnername", "bezeichnung", "nom", "nom_d'hôte", "équipement"),
    *("equipement", "nombre", "nome", "naam", "nombre_de_host", "nom_de_l'équipement", "appareil"),
)
"""Columns whose value names the device: a label, and what is resolved where there is no address."""

STATUS_COLUMNS = ("status", "state", "statut", "état", "etat", "estado", "stato", "zustand")

INACTIVE = frozenset(
    (
        *("offline", "planned", "failed", "inventory", "decommissioning", "decommissioned", "retired", "disabled"),
        *("deprovisioning", "end-of-life", "geplant", "fehlgeschlagen", "inventar", "außerbetriebnahme", "stilllegung"),
        *(
            "stillgelegt",
            "ausgemustert",
            "planifié",
            "planifiée",
            "planned_(planifié)",
            "hors-ligne",
            "échec",
            "échoué",
        ),
        *("inventaire", "démantèlement", "désaffectation", "planificado", "fallido", "inventario", "retirado"),
        *("planejado",),
    )
)
"""States of NetBox and Nautobot in which a device is not in the network."""

NETBOX_COLUMNS = frozenset(
    (
        *("role", "rolle", "rôle", "rol", "manufacturer", "hersteller", "fabricant", "fabricante", "produttore"),
        *("device_type", "type", "typ", "gerätetyp", "type_d'équipement", "rack", "tenant", "mandant", "locataire"),
        *("site", "standort", "status", "statut"),
    )
)
"""Headings of NetBox's and Nautobot's exports. A table with MIN_NETBOX_COLUMNS of them lists what is mounted, patch
panels too, so that a row without an address is no device to ask."""

MIN_NETBOX_COLUMNS = 4


def is_export_of_equipment(columns: tuple[str, ...]) -> bool:
    """True for the columns of an export of NetBox or Nautobot."""
    return len(NETBOX_COLUMNS.intersection(columns)) >= MIN_NETBOX_COLUMNS


def is_inactive(state: str) -> bool:
    """True for a state in which a device is not in the network, in any of the languages of INACTIVE."""
    return state.strip().casefold().replace(" ", "-") in INACTIVE
