"""Makes small networks with timm and transformers, saved by themselves, for foreign.ts to import.

    python bench/interop/foreign.py DIR

Each case is a folder with what the library wrote (weights), images and the library's own answers to them
(answers.safetensors), and case.json. All weights are random and
of a size that makes every tensor matter.
"""

import json
import pathlib
import sys

import timm
import torch
import transformers
from safetensors.torch import save_file
from timm.models import save_for_hf
from transformers import (
    BeitConfig,
    BeitForImageClassification,
    BeitForMaskedImageModeling,
    BeitImageProcessor,
    BeitModel,
    ViTConfig,
    ViTForImageClassification,
    ViTMAEConfig,
    ViTMAEForPreTraining,
    ViTModel,
)

IMAGES = 8
CHANNELS = dict(mean=[0.4, 0.5, 0.6], std=[0.2, 0.3, 0.4])
TIMM = dict(patch_size=8, embed_dim=24, depth=3, num_heads=3)
HUGGING_FACE = dict(
    hidden_size=24,
    num_hidden_layers=3,
    num_attention_heads=3,
    intermediate_size=60,
    image_size=32,
    patch_size=8,
    layer_norm_eps=1e-6,
    hidden_dropout_prob=0.0,
    attention_probs_dropout_prob=0.0,
)
BEIT = dict(**HUGGING_FACE, vocab_size=11, layer_scale_init_value=0.1)


@torch.no_grad()
def shaken(model):
    """The model with numbers that are all different and none of them negligible."""
    for parameter in model.parameters():
        parameter += torch.randn_like(parameter) * 0.2
    return model.eval()


def images_of(height=32, width=32):
    return torch.randn(IMAGES, 3, height, width)


def write(folder, program, images, outputs, **about):
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"images": images, **{name: value.float() for name, value in outputs.items()}}
    save_file({name: value.contiguous() for name, value in tensors.items()}, folder / "answers.safetensors")
    case = {"program": program, "outputs": list(outputs), "size": list(images.shape[2:]), **about}
    (folder / "case.json").write_text(json.dumps(case))


@torch.inference_mode()
def timm_case(root, name, architecture, classes, save="folder", size=(32, 32), **options):
    options = {**TIMM, "img_size": size, **options}
    model = shaken(timm.create_model(architecture, num_classes=classes, **options))
    images = images_of(*size)
    features = model.forward_features(images)
    outputs = {"logits": model(images)} if classes else {"last_hidden_state": features}
    labels = [f"kind {i}" for i in range(classes)]
    folder = root / name
    weights = folder / "weights"
    weights.mkdir(parents=True)
    if save == "folder":
        model.pretrained_cfg.update(CHANNELS)
        save_for_hf(
            model,
            weights,
            model_config={"label_names": labels} if classes else {},
            model_args=dict(options, img_size=list(size)),
            safe_serialization=True,
        )
    elif save == "pth":
        torch.save({"model": model.state_dict(), "epoch": 3}, weights / "network.pth")
    else:
        state = {f"module.{key}": value for key, value in model.state_dict().items()}
        torch.save(state, weights / "network.pt", _use_new_zipfile_serialization=False)
    about = dict(classes=labels, **CHANNELS) if save == "folder" else {}
    write(folder, f"timm {timm.__version__}", images, outputs, **about)


@torch.inference_mode()
def transformers_case(root, name, kind, config, answer, dtype=torch.float32, binary=False):
    model = shaken(kind(config)).to(dtype)
    images = images_of()
    folder = root / name
    if binary:
        (folder / "weights").mkdir(parents=True)
        torch.save(model.state_dict(), folder / "weights" / "pytorch_model.bin")
        config.save_pretrained(folder / "weights")
    else:
        model.save_pretrained(folder / "weights")
    # What is compared is what the numbers in the file mean, not arithmetic in half precision.
    outputs = answer(model.float(), images)
    processor = BeitImageProcessor(image_mean=CHANNELS["mean"], image_std=CHANNELS["std"])
    processor.save_pretrained(folder / "weights")
    classes = list(config.id2label.values()) if "logits" in outputs else []
    write(folder, f"transformers {transformers.__version__}", images, outputs, classes=classes, **CHANNELS)


def hidden(model, images):
    return {"last_hidden_state": model(images).last_hidden_state}


def logits(model, images):
    return {"logits": model(images).logits}


def pooled(model, images):
    return {"pooler_output": model(images).pooler_output}


def before_head(model, images):
    return {"last_hidden_state": model.layernorm(model.beit(images).last_hidden_state)}


def unmasked(model, images):
    """The encoder of a masked autoencoder with nothing masked and patches in their order."""
    model.config.mask_ratio = model.vit.config.mask_ratio = model.vit.embeddings.config.mask_ratio = 0.0
    patches = (images.shape[2] // 8) ** 2
    order = torch.arange(patches).float().expand(len(images), patches)
    return {"last_hidden_state": model.vit(images, noise=order).last_hidden_state}


def main():
    torch.manual_seed(0)
    root = pathlib.Path(sys.argv[1])
    beit = "beit_base_patch16_224"
    timm_case(root, "timm-beit-mean", beit, 5)
    timm_case(root, "timm-beit-class-token", beit, 5, global_pool="token")
    timm_case(root, "timm-beit-trunk", beit, 0, global_pool="token")
    timm_case(root, "timm-beit-pth", beit, 5, save="pth")
    timm_case(root, "timm-beit-legacy", beit, 0, save="legacy", global_pool="token")
    timm_case(root, "timm-beit-wide", beit, 5, size=(24, 40))
    timm_case(root, "timm-beit-positions", beit, 5, use_abs_pos_emb=True, use_rel_pos_bias=False, init_values=None)
    timm_case(root, "timm-beitv2", "beitv2_base_patch16_224", 5, mlp_ratio=2.5)
    timm_case(root, "timm-vit", "vit_base_patch16_224", 5)
    timm_case(root, "timm-vit-scaled", "vit_base_patch16_224", 5, init_values=0.1)
    timm_case(root, "timm-vit-mean", "vit_base_patch16_224", 5, global_pool="avg", fc_norm=True)
    timm_case(root, "timm-deit", "deit_base_patch16_224", 5)

    shared = dict(use_shared_relative_position_bias=True)
    blocks = dict(use_relative_position_bias=True)
    labels = dict(id2label={0: "ant", 1: "bee", 2: "wasp", 3: "moth"})
    transformers_case(root, "hf-beit", BeitModel, BeitConfig(**BEIT, **shared, use_mean_pooling=False), hidden)
    transformers_case(root, "hf-beit-mean", BeitModel, BeitConfig(**BEIT, **blocks), pooled)
    transformers_case(
        root,
        "hf-beit-positions",
        BeitModel,
        BeitConfig(**BEIT, use_absolute_position_embeddings=True, use_mean_pooling=False, use_mask_token=True),
        hidden,
    )
    classifier = BeitConfig(**BEIT, **blocks, **labels)
    transformers_case(root, "hf-classifier", BeitForImageClassification, classifier, logits)
    transformers_case(root, "hf-classifier-bin", BeitForImageClassification, classifier, logits, binary=True)
    transformers_case(root, "hf-classifier-f16", BeitForImageClassification, classifier, logits, torch.float16)
    transformers_case(root, "hf-classifier-bf16", BeitForImageClassification, classifier, logits, torch.bfloat16)
    by_token = BeitConfig(**BEIT, **blocks, **labels, use_mean_pooling=False)
    transformers_case(root, "hf-classifier-token", BeitForImageClassification, by_token, logits)
    masked = BeitConfig(**BEIT, **shared, use_mask_token=True)
    transformers_case(root, "hf-masked", BeitForMaskedImageModeling, masked, before_head)
    transformers_case(root, "hf-vit", ViTModel, ViTConfig(**HUGGING_FACE), hidden)
    transformers_case(root, "hf-vit-classifier", ViTForImageClassification, ViTConfig(**HUGGING_FACE, **labels), logits)
    decoder = dict(hidden_size=24, num_hidden_layers=1, num_attention_heads=3, intermediate_size=24)
    decoder = {f"decoder_{name}": value for name, value in decoder.items()}
    autoencoder = ViTMAEConfig(**HUGGING_FACE, **decoder)
    transformers_case(root, "hf-mae", ViTMAEForPreTraining, autoencoder, unmasked)


if __name__ == "__main__":
    main()
