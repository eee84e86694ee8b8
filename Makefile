# Everything goes through here; `make help` lists it. Needs git, make, Python 3.9 or later, and PyPI the first time.
PYTHON ?= python3
PROJECT := .local/venv/project/bin/python
# SAM looks for python3.13 on the PATH.
SAM = PATH="$(CURDIR)/.local/venv/project/bin:$$PATH" .local/venv/sam/bin/python -m samcli

.DEFAULT_GOAL := help
.PHONY: help setup run verify test check format build deploy lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## Install what is missing into .local (the other targets do it by themselves)
	@$(PYTHON) local/setup.py

run: setup ## Run everything on this machine with the example campaign, until Ctrl-C (ONCE=1: then end; PROVIDERS=fake: Apollo too)
	@$(PROJECT) -m local.run

verify: setup ## Let the local AWS send as another address while it runs: SENDER=you@your.example
	@$(PROJECT) -m local.verify "$(SENDER)"

test: setup ## Run every test, and print what each suite took
	@$(PROJECT) -m local.test

check: setup ## Lint, types, template and state machines, in under a minute
	@$(PROJECT) -m local.check

format: setup ## Put imports and layout in order
	@$(PROJECT) -m ruff check --fix --quiet .
	@$(PROJECT) -m ruff format --quiet .

build: setup ## Build for AWS, as `sam build` does
	@$(SAM) build

deploy: build ## Deploy to the AWS account of your credentials (CONFIG=dev or prod, see samconfig.toml)
	@$(SAM) deploy --config-env $(or $(CONFIG),dev)

lock: setup ## Pin the newest versions that the requirements allow
	@$(PROJECT) -m local.lock

clean: ## Forget the local campaigns and mails, and everything built; what is installed stays
	@rm -rf .aws-sam .local/sam .local/aws .local/s3 .local/outbox .local/tmp .local/imported
