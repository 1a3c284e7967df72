"""The ground floor: settings, the store, publishing, accounts, access and language."""
