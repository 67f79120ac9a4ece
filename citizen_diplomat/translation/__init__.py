"""Translations: members carry what is public into other languages, and a second one checks them."""
