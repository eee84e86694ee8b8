# `make help` lists all targets. Needs git, make, Python 3.9 or later, and access to PyPI the first time.
PYTHON ?= python3
PROJECT := .local/venv/project/bin/python
# What `make build` and `make deploy` read: dev or prod of samconfig.toml, and the processor when it is another one.
export CONFIG ARCH

.DEFAULT_GOAL := help
.PHONY: help setup run verify test fuzz check format build deploy lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

setup: ## Install what is missing into .local (all other targets do this too)
	@$(PYTHON) local/setup.py

run: setup ## Run the example campaign on a local AWS, until Ctrl-C (ONCE=1: exit when done; PROVIDERS=fake: Apollo too)
	@$(PROJECT) -m local.run

verify: setup ## Verify a sender in the running local AWS: SENDER=you@your.example
	@$(PROJECT) -m local.verify "$(SENDER)"

test: setup ## Run every test, and show what took how long (DAY=leap-day: on that day, see tests/days.py)
	@$(PROJECT) -m local.test $(if $(DAY),--day "$(DAY)")

fuzz: setup ## Try every property with a fresh seed and ten times the examples (MINUTES=10, SEED=n: as that time)
	@$(PROJECT) -m local.fuzz $(if $(MINUTES),--minutes "$(MINUTES)") $(if $(SEED),--seed "$(SEED)")

check: setup ## Lint, types, imports, template, state machines and docs, in about a minute
	@$(PROJECT) -m local.check

format: setup ## Sort imports and format
	@$(PROJECT) -m ruff check --fix --quiet .
	@$(PROJECT) -m ruff format --quiet .

build: setup ## Build for AWS with `sam build` (CONFIG=dev or prod, see samconfig.toml; ARCH=x86_64 instead of arm64)
	@$(PROJECT) -m local.aws build

deploy: build ## Build, and deploy to your AWS account (CONFIG and ARCH as for build)
	@$(PROJECT) -m local.aws deploy

lock: setup ## Pin the newest versions that the requirements allow
	@$(PROJECT) -m local.lock

clean: ## Delete local campaigns, emails and builds; keep installed tools
	@rm -rf .aws-sam .local/sam .local/aws .local/s3 .local/outbox .local/tmp .local/imported
