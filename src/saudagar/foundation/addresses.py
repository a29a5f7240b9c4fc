"""Who is at the other end of a connection, when proxies of ours stand between."""

from ipaddress import ip_address


def client_address(peer: str, forwarded_for: str, *, proxies: int) -> str:
    """Whose request it is. Only what our own proxies wrote is believed: the last `proxies` entries; whatever else stands in
    the header, the client may have written itself.

    >>> client_address("10.0.0.1", "6.6.6.6, 203.0.113.7", proxies=1), client_address("203.0.113.7", "6.6.6.6", proxies=0)
    ('203.0.113.7', '203.0.113.7')
    """
    entries = [entry.strip() for entry in forwarded_for.split(",")]
    if not proxies or len(entries) < proxies:
        return peer
    text = entries[-proxies]
    text = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text.partition(":")[0] if text.count(":") == 1 else text
    try:
        return str(ip_address(text))
    except ValueError:
        return peer


def address_group(address: str) -> str:
    """What is counted as one sender: an IPv4 address, or the 64 bits of IPv6 that one customer gets.

    >>> address_group("2001:db8:1:2:3:4:5:6"), address_group("203.0.113.7")
    ('2001:db8:1:2', '203.0.113.7')
    """
    return ":".join(part.lstrip("0") or "0" for part in ip_address(address).exploded.split(":")[:4]) if ":" in address else address
