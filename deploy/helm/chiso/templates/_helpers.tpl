{{/* Name of everything in this release. */}}
{{- define "chiso.name" -}}
{{- if contains "chiso" .Release.Name -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}{{ printf "%s-chiso" .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{/* Labels of everything. */}}
{{- define "chiso.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{ include "chiso.selector" . }}
{{- end -}}

{{/* Labels by which the pods of this release are found. */}}
{{- define "chiso.selector" -}}
app.kubernetes.io/name: chiso
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "chiso.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "chiso.name" .) -}}
{{- end -}}

{{- define "chiso.evidenceClaim" -}}
{{- .Values.evidence.existingClaim | default (printf "%s-evidence" (include "chiso.name" .)) -}}
{{- end -}}

{{/* The settings of all services; what differs between them is in their environment. */}}
{{- define "chiso.settings" -}}
{{- $name := include "chiso.name" . -}}
{{- range $section, $values := .Values.settings }}
{{- if has $section (list "data" "listen" "database" "keys" "evidence" "mail" "peers" "redis" "run" "telemetry") }}
{{- fail (printf "settings.%s is made by the chart; use its own values" $section) }}
{{- end }}
[{{ $section }}]
{{- range $key, $value := $values }}
{{ $key }} = {{ $value | toJson }}
{{- end }}
{{ end }}
[data]
dir = "/var/lib/chiso"

[listen]
grpc = "0.0.0.0:50051"
http = "0.0.0.0:8080"

[database]
url = {{ .Values.database.url | toJson }}
password_dir = "/run/chiso/database"
max_connections = {{ .Values.database.maxConnections | int }}
acquire_timeout_ms = {{ .Values.database.acquireTimeoutMs | int }}
statement_timeout_ms = {{ .Values.database.statementTimeoutMs | int }}
lock_timeout_ms = {{ .Values.database.lockTimeoutMs | int }}
idle_timeout_ms = {{ .Values.database.idleTimeoutMs | int }}
tls = {{ .Values.database.tls | toJson }}
{{- if .Values.database.caConfigMap }}
{{- if ne .Values.database.tls "verify-full" }}
{{- fail "database.caConfigMap names an authority, but by database.tls no certificate is checked; set database.tls=verify-full" }}
{{- end }}
tls_ca = "/run/chiso/database-ca/ca.pem"
{{- end }}

[keys]
file = "/run/chiso/keys/keys"

[evidence]
dir = "/var/lib/chiso/evidence"

[mail]
{{- if .Values.mail.urlSecret }}
transport = "smtp"
from = {{ required "mail.from names the sender of letters; set it, or leave mail.urlSecret empty" .Values.mail.from | toJson }}
language = {{ .Values.mail.language | toJson }}
{{- else }}
transport = "off"
{{- end }}

[telemetry]
{{- range $key, $value := .Values.telemetry }}
{{ $key }} = {{ $value | toJson }}
{{- end }}

[peers]
{{- range $service, $_ := .Values.services }}
{{- if ne $service "gateway" }}
{{ $service }} = ["http://{{ $name }}-{{ $service }}:50051"]
{{- end }}
{{- end }}
{{- end -}}
