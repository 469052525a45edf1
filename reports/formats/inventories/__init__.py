"""The devices as inventories of tools that log in to them: Ansible, nornir, Oxidized. They name no login."""
