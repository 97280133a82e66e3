"""What is deployed: bundles, the versions of processes and decision tables, and which are in force."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class Deployment(Base):
    """A bundle of files that was deployed together; it never changes."""

    __tablename__ = "deployment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True, comment="SHA-256 of the bundle's contents")
    deployed_at: Mapped[dt.datetime]
    deployed_by: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class DeploymentResource(Base):
    """One file of a deployment: BPMN, DMN or a form."""

    __tablename__ = "deployment_resource"

    deployment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("deployment.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[str]


class ProcessDefinition(Base):
    """A version of a process; instances stay on theirs until they are migrated."""

    __tablename__ = "process_definition"
    __table_args__ = (sa.UniqueConstraint("process_id", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    process_id: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    resource_name: Mapped[str]
    suspended: Mapped[bool] = mapped_column(server_default=sa.false(), comment="no instance starts or steps")
    retired_at: Mapped[dt.datetime | None] = mapped_column(comment="since then nobody can choose it")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the process and everything it calls")
    deployment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("deployment.id"))


class ProcessRelease(Base):
    """Which version of a process new instances start on."""

    __tablename__ = "process_release"

    process_id: Mapped[str] = mapped_column(primary_key=True)
    definition_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("process_definition.id"))


class DecisionRelease(Base):
    """Which deployment's decision table is asked when the table is used outside a process."""

    __tablename__ = "decision_release"

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    deployment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("deployment.id"))


class DecisionVersion(Base):
    """A version of a decision table: it has a new one whenever what it says has changed; only added to."""

    __tablename__ = "decision_version"
    __table_args__ = (sa.UniqueConstraint("decision_id", "digest"),)

    decision_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(comment="SHA-256 of its conditions and answers")
    name: Mapped[str]
    deployed_at: Mapped[dt.datetime]
    deployed_by: Mapped[str]
    note: Mapped[str]
