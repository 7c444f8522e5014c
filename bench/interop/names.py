"""Write the names and shapes of tiny BEiT networks as timm and transformers keep them."""
import json, sys, tempfile
import timm, transformers
from safetensors import safe_open
from timm.models.beit import Beit
from transformers import BeitConfig, BeitForImageClassification, BeitModel

CASES = {
    'shared': dict(table='shared', positions=False, scale=0.1, head=None),
    'mean': dict(table='perBlock', positions=True, scale=0.1, head='mean'),
    'cls': dict(table='none', positions=True, scale=0.0, head='cls'),
}

def hugging_face(case):
    config = BeitConfig(
        hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32, image_size=32, patch_size=16,
        use_mask_token=False, use_absolute_position_embeddings=case['positions'],
        use_relative_position_bias=case['table'] == 'perBlock',
        use_shared_relative_position_bias=case['table'] == 'shared',
        layer_scale_init_value=case['scale'], use_mean_pooling=case['head'] == 'mean', num_labels=3)
    model = (BeitForImageClassification if case['head'] else BeitModel)(config)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        with safe_open(folder + '/model.safetensors', 'pt') as file:
            files = {name: file.get_slice(name).get_shape() for name in file.keys()}
    return files, {name: list(value.shape) for name, value in model.state_dict().items()}

def timm_network(case):
    model = Beit(
        img_size=32, patch_size=16, embed_dim=8, depth=2, num_heads=2, num_classes=3 if case['head'] else 0,
        global_pool='avg' if case['head'] == 'mean' else 'token', init_values=case['scale'] or None,
        use_abs_pos_emb=case['positions'], use_rel_pos_bias=case['table'] != 'none')
    return {name: list(value.shape) for name, value in model.state_dict().items()}

out = {'source': f'timm {timm.__version__}, transformers {transformers.__version__}, made by bench/interop/names.py'}
for name, case in CASES.items():
    files, modules = hugging_face(case)
    out[name] = dict(timm=timm_network(case), huggingFaceFiles=files, huggingFaceModules=modules)
json.dump(out, open(sys.argv[1], 'w'), separators=(',', ':'))
