"""The photo of a member: a small square, kept beside the profile and gone with it.

It has a row of its own: who changes it makes no new version of the text that they may be typing in
another window. The audience stands with those of the other parts.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.directory.ladder import SEEN_ACCOUNT, may_see
from citizen_diplomat.directory.model import Profile, ProfilePhoto
from citizen_diplomat.directory.rules import Part, Reader

SIDE = 320  # pixels


def own_photo(session: Session, account_id: int) -> ProfilePhoto | None:
    """The photo of an account with its content, for its owner."""
    return session.get(ProfilePhoto, account_id, options=[undefer(ProfilePhoto.content)])


def photo_for(session: Session, account_id: int, reader: Reader) -> ProfilePhoto | None:
    """The photo of an account with its content if `reader` may see it, else None."""
    query = (
        select(ProfilePhoto)
        .join(Profile, Profile.account_id == ProfilePhoto.account_id)
        .join(Profile.account)
        .where(ProfilePhoto.account_id == account_id, may_see(reader, Part.PHOTO))
        .options(undefer(ProfilePhoto.content))
    )
    if reader in {Reader.MEMBER, Reader.STRANGER}:
        query = query.where(SEEN_ACCOUNT)
    return session.scalars(query).one_or_none()


def keep_photo(session: Session, content: bytes, *, by: Account, at: datetime) -> None:
    """Make `content`, a JPEG that we drew ourselves, the photo of a member with a profile."""
    photo = session.get(ProfilePhoto, by.id)
    if photo is None:
        session.add(ProfilePhoto(account_id=by.id, content=content, added_at=at))
    else:
        photo.content, photo.added_at = content, at
    record(session, "profile.photo_added", f"account:{by.id}", by=by.id, at=at)


def remove_photo(session: Session, *, by: Account, at: datetime) -> None:
    """Delete the photo of a member, if there is one."""
    photo = session.get(ProfilePhoto, by.id)
    if photo is not None:
        session.delete(photo)
        record(session, "profile.photo_removed", f"account:{by.id}", by=by.id, at=at)
