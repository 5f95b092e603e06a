"""Deployment files, without running them."""

import pytest
import yaml

from pipelines.settings import HOME

DEPLOY = HOME / "deploy"


def test_compose_services_are_restricted() -> None:
    services = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())["services"]
    assert set(services) == {"postgres", "code", "webserver", "daemon"}
    for name, service in services.items():
        assert service["healthcheck"]["test"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        if name != "postgres":
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]


def test_instance_config_differs_only_in_storage() -> None:
    ours = yaml.safe_load((HOME / "dagster.yaml").read_text())
    differences = {
        "compose": {"storage"},
        "celery": {"storage", "compute_logs"},
        "kubernetes": {"storage", "compute_logs", "run_launcher"},
    }
    for name, allowed in differences.items():
        theirs = yaml.safe_load((DEPLOY / name / "dagster.yaml").read_text())
        assert {k for k in ours | theirs if ours.get(k) != theirs.get(k)} == allowed, name


def test_kubernetes_launcher_config_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster._config import process_config, resolve_to_config_type
    from dagster_k8s import K8sRunLauncher

    for variable in ("MINERS_NAMESPACE", "MINERS_IMAGE", "MINERS_DAGSTER_CONFIG_MAP"):
        monkeypatch.setenv(variable, "miners")
    config = yaml.safe_load((DEPLOY / "kubernetes" / "dagster.yaml").read_text())["run_launcher"]["config"]
    checked = process_config(resolve_to_config_type(K8sRunLauncher.config_type()), config)
    assert checked.success, checked.errors
